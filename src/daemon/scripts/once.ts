/** Runs one script to its end, but never for ever: the start-up and the shutdown script. */
import { toMilliseconds } from '../../base/units.ts';
import type { TimedScript } from '../reading/plan.ts';
import { renderCommand } from './command.ts';
import { startScript } from './process.ts';

/** keepalived's patience: after this a script that was asked to end is killed, and after that given up. */
export interface Patience {
  readonly kill: number;
  readonly giveUp: number;
}

const keepalivedPatience: Patience = { kill: 2_000, giveUp: 10_000 };

/** A sentence where it did not end well. */
export function runOnce(
  what: string,
  { command, timeout }: TimedScript,
  patience = keepalivedPatience,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    let overran = false;
    const finish = (complaint: string | undefined): void => {
      for (const timer of timers) clearTimeout(timer);
      resolve(complaint);
    };
    const name = `${what} (${renderCommand(command)})`;
    const running = startScript(command, ({ succeeded, detail }) => {
      if (overran) finish(`${name} did not end within ${toMilliseconds(timeout)} ms: ${detail}`);
      else finish(succeeded ? undefined : `${name} failed: ${detail}`);
    });
    const limit = toMilliseconds(timeout);
    const stop = (): void => {
      overran = true;
      running.signal('SIGTERM');
    };
    timers.push(
      setTimeout(stop, limit),
      setTimeout(() => running.signal('SIGKILL'), limit + patience.kill),
      setTimeout(
        () => finish(`${name} cannot be killed: going on without it`),
        limit + patience.giveUp,
      ),
    );
  });
}
