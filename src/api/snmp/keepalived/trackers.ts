/** Track scripts, files, processes and BFD sessions themselves. */
import { toSeconds } from '../../../base/units.ts';
import type { ScriptFacts, ScriptPlan } from '../../../daemon/scripts/runner.ts';
import type { TrackScriptWeight } from '../../../engine/translation/doors-model.ts';
import type { TrackProcessModel } from '../../../engine/translation/supervisor-trackers.ts';
import { scriptCommand } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Columns, type TreePart, tableOf } from '../tables.ts';
import { gauge, integer, optionalText, text, truth } from '../values.ts';
import { vrrp } from './roots.ts';
import { commandText } from './scripts.ts';

export function trackers(picture: SnmpPicture): readonly TreePart[] {
  const { plan, terms, status } = picture;
  const commands = plan.scripts.filter(({ task }) => task.kind === 'command');
  const sessions = status.snapshot?.bfd?.sessions.filter(({ model }) => model.tracked) ?? [];
  return [
    part(9, () => commands.map((script) => scriptColumns(script, picture))),
    part(13, () =>
      plan.files.map(({ name, path, tracker }) => ({
        2: text(name),
        3: text(path),
        4: integer(numberOf(tracker, picture)),
        ...weightColumns(5, name, terms.files),
      })),
    ),
    part(18, () =>
      sessions.map(({ model: { name }, state }) => ({
        2: text(name),
        3: integer(state.state === 'up' ? 1 : 0),
        ...weightColumns(4, name, terms.sessions),
      })),
    ),
    part(21, () => plan.processes.map((process) => processColumns(process, picture))),
  ];
}

function part(number: number, rows: () => readonly Columns[]): TreePart {
  const root = [...vrrp, number];
  return {
    root,
    objects: () =>
      tableOf(
        root,
        rows().map((columns, at) => ({ index: [at + 1], columns })),
      ),
  };
}

function weightColumns(
  first: number,
  name: string,
  weights: readonly TrackScriptWeight[],
  turned = first + 1,
): Columns {
  const own = weights.find((one) => one.name === name);
  return { [first]: integer(own?.weight ?? 0), [turned]: truth(own?.reverse ?? false) };
}

function scriptColumns(script: ScriptPlan, { plan, status }: SnmpPicture): Columns {
  const { name, tracker, interval, timeout, rise, fall } = script;
  const command = scriptCommand(plan, tracker);
  const facts = status.scripts.find((one) => one.tracker === tracker);
  return {
    2: text(name),
    3: commandText(command),
    4: integer(Math.floor(toSeconds(interval))),
    6: integer(resultNumber(script, facts)),
    7: gauge(rise),
    8: gauge(fall),
    ...weightColumns(5, name, plan.doors.dumps.scriptWeights, 9),
    10: optionalText(command?.argv[0]),
    11: gauge(interval),
    12: gauge(timeout),
  };
}

/** init 1, bad 2, good 3, and 5 where it begins as failed. */
function resultNumber({ initFail }: ScriptPlan, facts: ScriptFacts | undefined): number {
  if (facts?.verdict === 'up') return 3;
  if (facts?.verdict === 'down') return 2;
  return initFail ? 5 : 1;
}

function numberOf(tracker: string, { status }: SnmpPicture): number {
  return status.snapshot?.trackers.find((one) => one.tracker === tracker)?.number ?? 0;
}

const matches = { exact: 1, partial: 2, initial: 3 } as const;

function processColumns(process: TrackProcessModel, { status, terms }: SnmpPicture): Columns {
  const { name, program, parameters, quorum, quorumMax, forkDelay, terminateDelay } = process;
  const found = status.snapshot?.trackers.find(({ tracker }) => tracker === process.tracker);
  return {
    2: text(name),
    3: text(program),
    4: text(parameters?.words.join(' ') ?? ''),
    5: integer(parameters === undefined ? 0 : matches[parameters.match]),
    ...weightColumns(6, name, terms.processes),
    8: gauge(quorum),
    9: integer(quorumMax ?? -1),
    10: gauge(forkDelay),
    11: gauge(terminateDelay),
    // Where parameters count, so does the whole command.
    12: truth(process.fullCommand || parameters !== undefined),
    // How many there were when that last made a difference.
    13: integer(Number(/^(\d+) running/.exec(found?.detail ?? '')?.[1] ?? 0)),
    14: truth(found?.verdict === 'up'),
  };
}
