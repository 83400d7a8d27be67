/** Which seeds a simulation is to run: `--seeds COUNT`, from `--from 1`, `--stop-at-first`; `--seed 7` is to be replayed. */
import { parseArgs } from 'node:util';

export interface Seeds {
  readonly from: number;
  readonly count: number;
  readonly stopAtFirst: boolean;
  /** Instead of all others. */
  readonly replayed: number | undefined;
}

/** Ends the process with status 2 when the words are wrong. */
export function seedsAskedFor(usualCount: number): Seeds {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: String(usualCount) },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      'stop-at-first': { type: 'boolean', default: false },
    },
  });
  return {
    from: whole('--from', values.from),
    count: whole('--seeds', values.seeds),
    stopAtFirst: values['stop-at-first'],
    replayed: values.seed === undefined ? undefined : whole('--seed', values.seed),
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`${name} ${text}: not a whole number from 0`);
  process.exit(2);
}
