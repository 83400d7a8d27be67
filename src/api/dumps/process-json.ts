/** The tracked processes of version 2 of the JSON dump. */
import { toSeconds } from '../../base/units.ts';
import type { TrackProcessModel } from '../../engine/translation/supervisor-trackers.ts';
import type { Picture } from './picture.ts';

export type TrackedProcess = Readonly<Record<string, unknown>>;

/** keepalived has no bound where none is configured, and writes the largest number that it can. */
const unbounded = 4_294_967_295;

export function trackedProcesses({ plan, status }: Picture): readonly TrackedProcess[] {
  const counted = new Map(status.processes?.map((one) => [one.tracker, one]));
  const weights = new Map(plan.doors.dumps.processWeights?.map((one) => [one.name, one]));
  return plan.processes.map((process) => {
    const { count = 0, up = false, isWaiting = false } = counted.get(process.tracker) ?? {};
    const weight = weights.get(process.name);
    return {
      process: process.program,
      ...parametersOf(process),
      min_processes: process.quorum,
      max_processes: process.quorumMax ?? unbounded,
      current_processes: count,
      have_quorum: up,
      weight: weight === undefined ? 0 : weight.weight,
      terminate_delay: toSeconds(process.terminateDelay),
      fork_delay: toSeconds(process.forkDelay),
      fork_delay_timer_running: isWaiting && !up,
      terminate_delay_timer_running: isWaiting && up,
      full_command: process.fullCommand,
    };
  });
}

function parametersOf({ parameters }: TrackProcessModel): TrackedProcess {
  if (parameters === undefined) return { param_match: 'none' };
  return { parameters: parameters.words.join(' '), param_match: parameters.match };
}
