/** Plays many duels, a few at a time, and prints them as one table. */
import { test } from 'node:test';
import { type DuelEvent, events, type Outcome } from './duel.ts';

export interface Row {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** What both daemons wrote, for a row that went wrong. */
  readonly log: string;
  /** Every frame that passed, in pcap's format. */
  readonly recording: Buffer;
  /** Which time it missed in company, when it was played again alone. */
  readonly replayed: string | undefined;
}

export interface Match {
  readonly name: string;
  readonly play: () => Promise<Omit<Row, 'name' | 'replayed'>>;
}

/**
 * A match that only missed a time is played once more, alone: in company the machine itself may have been
 * the late one. What is wrong is wrong, and never played again.
 */
export async function playMatrix(
  matches: readonly Match[],
  together: number,
): Promise<readonly Row[]> {
  const rows = new Map<Match, Row>();
  const queue = [...matches];
  const work = async () => {
    for (let match = queue.shift(); match !== undefined; match = queue.shift()) {
      rows.set(match, { name: match.name, ...(await match.play()), replayed: undefined });
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  for (const [match, row] of rows) {
    const late = row.outcomes.find((outcome) => outcome.verdict === 'late');
    if (late === undefined || row.outcomes.some((outcome) => outcome.verdict === 'wrong')) continue;
    const replayed = `played again alone: ${late.event} ${late.detail}`;
    rows.set(match, { name: match.name, ...(await match.play()), replayed });
  }
  return matches.flatMap((match) => rows.get(match) ?? []);
}

const headings: Readonly<Record<DuelEvent, string>> = {
  crash: 'killed',
  return: 'higher returns',
  stop: 'stopped',
  nopreempt: 'returns, nopreempt',
};

export function renderMatrix(rows: readonly Row[]): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  const head = `${''.padEnd(width)}  ${events.map((event) => headings[event].padEnd(20)).join('')}`;
  const lines = rows.map((row) => {
    const cells = row.outcomes.map((outcome) => renderCell(outcome).padEnd(20)).join('');
    return `${row.name.padEnd(width)}  ${cells}${row.replayed ?? ''}`.trimEnd();
  });
  return [head, ...lines].join('\n');
}

/** What a takeover took beyond the protocol's bound, or how soon the lower one yielded. */
function renderCell({ verdict, detail }: Outcome): string {
  return verdict === 'passed' ? `passed ${detail}` : verdict;
}

/** A test for each cell, so that what is counted is cells. */
export function declareTests(rows: readonly Row[]): void {
  for (const row of rows) {
    const firstTrouble = row.outcomes.find((outcome) => outcome.verdict !== 'passed');
    for (const outcome of row.outcomes) {
      test(`${row.name}: ${outcome.event}`, (context) => {
        context.diagnostic(outcome.detail);
        if (outcome.verdict === 'passed') return;
        const trouble = new Error(outcome.detail);
        // The place of the failure is on the wire: what both daemons wrote says more than a stack.
        trouble.stack = outcome === firstTrouble ? `${outcome.detail}\n${row.log}` : outcome.detail;
        throw trouble;
      });
    }
  }
}
