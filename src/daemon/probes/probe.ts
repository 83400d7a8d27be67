/** Asks everything that a probe asks, at once and without a process, and counts the answers. */
import type { ProbeTarget } from '../../engine/translation/supervisor-trackers.ts';
import type { Ending, RunningScript } from '../scripts/process.ts';
import { ask } from './ask.ts';

export interface Probe {
  readonly targets: readonly ProbeTarget[];
  /** How many must answer. */
  readonly quorum: number;
}

/** `ended` is called at most once, never before this function has returned: it ends as soon as the result is certain. */
export function startProbe(
  probe: Probe,
  ended: (ending: Ending) => void,
  put: typeof ask = ask,
): RunningScript {
  const { targets, quorum } = probe;
  const failures: string[] = [];
  let good = 0;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    for (const cancel of cancels) cancel();
  };
  const answered = (target: ProbeTarget, failure: string | undefined): void => {
    if (isOver) return;
    if (failure === undefined) good += 1;
    else failures.push(`${renderTarget(target)}: ${failure}`);
    const isLost = targets.length - failures.length < quorum;
    if (good < quorum && !isLost) return;
    stop();
    ended({ succeeded: !isLost, detail: isLost ? failures.join(', ') : detailOf(probe, good) });
  };
  const cancels = targets.map((target) => put(target, (failure) => answered(target, failure)));
  return { pid: undefined, signal: stop };
}

function detailOf({ targets, quorum }: Probe, good: number): string {
  return targets.length === 1
    ? `${renderTarget(targets[0])} answers`
    : `${good} answers, ${quorum} of ${targets.length} needed`;
}

export function renderProbe({ targets, quorum }: Probe): string {
  const all = targets.map(renderTarget).join(', ');
  return quorum === targets.length ? all : `${quorum} of ${all}`;
}

function renderTarget(target: ProbeTarget | undefined): string {
  switch (target?.kind) {
    case 'ping':
      return `ping ${target.address}`;
    case 'tcp':
      return `tcp ${target.address} ${target.port}`;
    case 'http':
      return `http ${target.url}`;
    case 'process':
      return `process ${target.name}`;
    case undefined:
      return 'nothing';
  }
}
