/** Whether a process is one that is tracked. */
import type { TrackProcessModel } from '../../engine/translation/supervisor-trackers.ts';

export interface ProcessFacts {
  /** What /proc/PID/comm shows: at most 15 bytes. */
  readonly name: string;
  /** Empty for a thread of the kernel. */
  readonly commandLine: readonly string[];
}

export type Wanted = Pick<TrackProcessModel, 'program' | 'fullCommand' | 'parameters'>;

/** The kernel keeps no more of a name. */
const nameLength = 15;

export function needsCommandLine({ fullCommand, parameters }: Wanted): boolean {
  return fullCommand || parameters !== undefined;
}

export function matches(wanted: Wanted, facts: ProcessFacts): boolean {
  const [program = '', ...parameters] = facts.commandLine;
  const isProgram = wanted.fullCommand
    ? program === wanted.program
    : facts.name === nameOf(wanted.program);
  if (!isProgram || wanted.parameters === undefined) return isProgram;
  return parametersMatch(wanted.parameters, parameters);
}

function nameOf(program: string): string {
  const last = Buffer.from(program.slice(program.lastIndexOf('/') + 1));
  return last.subarray(0, nameLength).toString('latin1');
}

function parametersMatch(
  { words, match }: NonNullable<Wanted['parameters']>,
  parameters: readonly string[],
): boolean {
  if (match === 'exact' && parameters.length !== words.length) return false;
  const last = words.length - 1;
  return words.every((word, index) =>
    match === 'initial' && index === last
      ? parameters[index]?.startsWith(word) === true
      : parameters[index] === word,
  );
}
