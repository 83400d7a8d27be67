/**
 * The dump of data: keepalived's sections and titles. Left out is what only keepalived has inside: its sockets, and its
 * own copy of the host's interfaces.
 */
import { toSeconds } from '../../base/units.ts';
import type { ScriptPlan } from '../../daemon/scripts/runner.ts';
import type { TrackScriptWeight } from '../../engine/translation/doors-model.ts';
import { instanceBlock } from './data-instance.ts';
import { type Picture, renderWords, scriptCommand } from './picture.ts';
import { each, type Pieces, section } from './pieces.ts';
import { accountOf, scriptLine } from './script-line.ts';

export function* dataPieces(picture: Picture): Generator<string> {
  const { plan, instances } = picture;
  yield* parentPieces(picture);
  yield* section(
    'VRRP Topology',
    each(instances, (instance) => instanceBlock(instance, picture)),
  );
  yield* section(
    'VRRP Sync groups',
    each(plan.failover.groups, (group) => groupBlock(group.name, picture)),
  );
  yield* section(
    'VRRP Scripts',
    each(plan.scripts, (script) => scriptBlock(script, picture)),
  );
}

/** What the parent process of keepalived writes beside it. */
export function parentPieces(picture: Picture): Pieces {
  return section('Global definitions', [globals(picture)]);
}

function globals({ plan }: Picture): readonly string[] {
  return plan.doors.dumps.globals.map((line) => ` ${line}`);
}

function groupBlock(name: string, { plan, status, instances }: Picture): readonly string[] {
  const group = plan.failover.groups.find((one) => one.name === name);
  const now = status.snapshot?.groups.find((one) => one.name === name);
  const members = instances.filter((one) => group?.members.includes(one.model.name));
  const count = (state: string) =>
    members.filter(({ now: { state: own } }) => own === state).length;
  const notify = plan.groupNotify.get(name);
  return [
    ` VRRP Sync Group = ${name}, ${(now?.state ?? 'init').toUpperCase()}`,
    `   Num member fault ${count('fault')}, num member init ${count('init')}`,
    '   VRRP member instances :',
    ...(group?.members ?? []).map((member) => `     ${member}`),
    `   Using smtp notification = ${plan.doors.dumps.mailed.includes(name) ? 'yes' : 'no'}`,
    ...scriptLine('Backup', notify?.backup),
    ...scriptLine('Master', notify?.master),
    ...scriptLine('Fault', notify?.fault),
    ...scriptLine('Stop', notify?.stop),
    ...scriptLine('Generic', notify?.every),
  ];
}

const statusWords: Readonly<Record<string, string>> = { up: 'GOOD', down: 'BAD' };

/** Probes are none of keepalived's, but whoever looks for a failing script wants to see a failing probe. */
function scriptBlock(script: ScriptPlan, picture: Picture): readonly string[] {
  const { plan, status, instances } = picture;
  const { name, tracker } = script;
  const command = scriptCommand(plan, tracker);
  const facts = status.scripts.find((one) => one.tracker === tracker);
  const holders = instances.flatMap(({ model }) =>
    model.trackers
      .filter((entry) => entry.tracker === tracker)
      .map((entry) => `     ${model.name}, ${weightWords(entry)}`),
  );
  const own = plan.doors.dumps.scriptWeights.find((one) => one.name === name);
  const verdict = facts?.verdict ?? 'pending';
  return [
    ` VRRP Script = ${name}`,
    `   Command = ${command === undefined ? (facts?.command ?? 'probe') : renderWords(command)}`,
    `   Interval = ${toSeconds(script.interval)} sec`,
    `   Timeout = ${toSeconds(script.timeout)} sec`,
    `   Weight = ${own?.weight ?? 0}${own?.reverse === true ? ' reverse' : ''}`,
    `   Rise = ${script.rise}`,
    `   Fall = ${script.fall}`,
    '   Insecure = no',
    `   Init state = ${script.initFail ? 'failed' : 'unknown'}`,
    `   Status = ${statusWords[verdict] ?? 'INIT'}`,
    ...(command === undefined ? [] : [`   Script uid:gid = ${accountOf(command)}`]),
    '   VRRP instances :',
    '   Tracking instances :',
    ...holders,
    `   State = ${facts?.running === true ? 'running' : 'idle'}`,
  ];
}

function weightWords({ weight, reverse }: Omit<TrackScriptWeight, 'name'>): string {
  return `weight ${weight}${reverse ? ' reverse' : ''}`;
}
