/** MISC_CHECK: runs the program as its user, and ends it with all that it started when its time is over. */
import { toMilliseconds } from '../../base/units.ts';
import type { SecurityModel } from '../../engine/translation/supervisor-model.ts';
import type { CheckRequest } from '../../health/check.ts';
import type { MiscChecker } from '../../health/checker.ts';
import { type Exit, judgeExit } from '../../health/checkers/misc.ts';
import { accountNamed } from '../scripts/account.ts';
import { renderCommand } from '../scripts/command.ts';
import { hostFinder } from '../scripts/host-finder.ts';
import { type Preparation, prepareCommand } from '../scripts/prepare.ts';
import { type Ending, startScript } from '../scripts/process.ts';
import { judgeSoon } from './plain.ts';
import type { Judged, Task } from './task.ts';

export interface ScriptSurroundings {
  readonly security: SecurityModel;
  notice(text: string): void;
}

/** After this much longer a program that was asked to end is killed. */
const GRACE = 1_000;
/** After this it is not waited for any more: it hangs in the kernel. */
const GIVE_UP = 3_000;

/** Judged once for each configuration: the engine keeps the settings for as long as they are in force. */
const prepared = new WeakMap<MiscChecker, Preparation>();
/** Those whose last run had to be ended, which has been told. */
const overrunning = new WeakSet<MiscChecker>();

export function startCheckScript(
  surroundings: ScriptSurroundings,
  { settings }: CheckRequest,
  judged: Judged,
): Task {
  if (settings.kind !== 'misc') return judgeSoon(judged, 'not a program');
  const preparation = preparationOf(settings, surroundings);
  const name = settings.command[0] ?? 'nothing';
  if (preparation.kind === 'refused') return judgeSoon(judged, preparation.reason);
  const timers: NodeJS.Timeout[] = [];
  let overran = false;
  let isOver = false;
  const finish = (exit: Exit): void => {
    if (isOver) return;
    stop();
    if (exit.kind !== 'overrun') overrunning.delete(settings);
    judged(judgeExit(name, exit, settings.dynamic));
  };
  const stop = (): void => {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
  };
  const line = renderCommand(preparation.command);
  const running = startScript(preparation.command, (ending) => {
    // Whatever it left behind in its process group has nobody to answer to.
    if (overran) running.signal('SIGKILL');
    finish(overran ? { kind: 'overrun' } : exitOf(ending));
  });
  const limit = toMilliseconds(settings.timeout);
  const later = (delay: number, act: () => void): void => {
    // An end that has come in the meantime is seen before an immediate runs.
    const actIfStill = () => setImmediate(() => isOver || act());
    timers.push(setTimeout(actIfStill, delay));
  };
  later(limit, () => {
    overran = true;
    if (!overrunning.has(settings)) {
      overrunning.add(settings);
      surroundings.notice(`MISC_CHECK ${line} did not end within ${limit} ms: it is killed`);
    }
    running.signal('SIGTERM');
  });
  later(limit + GRACE, () => running.signal('SIGKILL'));
  later(limit + GIVE_UP, () => {
    surroundings.notice(`MISC_CHECK ${line} (process ${running.pid}) cannot be killed`);
    finish({ kind: 'overrun' });
  });
  return {
    kind: 'task',
    cancel() {
      stop();
      running.signal('SIGKILL');
    },
  };
}

function exitOf({ status, signal, detail }: Ending): Exit {
  if (status !== undefined) return { kind: 'status', status };
  if (signal !== undefined) return { kind: 'signal', signal };
  return { kind: 'not-run', reason: detail };
}

function preparationOf(
  settings: MiscChecker,
  { security, notice }: ScriptSurroundings,
): Preparation {
  const kept = prepared.get(settings);
  if (kept !== undefined) return kept;
  const { command: argv, user, group } = settings;
  const command = { argv, input: undefined, shell: false, runAs: { user, group } };
  const fresh = prepareCommand(command, security, { finder: hostFinder, account: accountNamed });
  prepared.set(settings, fresh);
  if (fresh.kind === 'ready') for (const warning of fresh.warnings) notice(warning);
  return fresh;
}
