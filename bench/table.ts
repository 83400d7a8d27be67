/** Rows that set two daemons side by side, and the table of them. */
import { type Summary, summarise, tailOf } from './statistics.ts';

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly incumbent: number;
  readonly challenger: number;
  /** Values behind each side. */
  readonly count: number;
  /** `ratio`: at most the incumbent's. A number: at most that. Undefined: shown for information. */
  readonly target: 'ratio' | number | undefined;
}

export function ratio(row: Row): number {
  return row.challenger / row.incumbent;
}

export function isMet({ target, challenger, incumbent }: Row): boolean | undefined {
  if (target === undefined) return undefined;
  return challenger <= (target === 'ratio' ? incumbent : target);
}

/** One row for each of the named statistics of two samples. `tail` is p99, or p90 where there are too few values for it. */
export function compare(
  what: string,
  samples: readonly (readonly number[])[],
  options: {
    readonly unit: string;
    readonly statistics: readonly (keyof Summary | 'tail')[];
    readonly targets: readonly (keyof Summary | 'tail')[];
  },
): readonly Row[] {
  const [incumbent, challenger] = samples.map(summarise);
  if (incumbent === undefined || challenger === undefined) return [];
  const count = Math.min(incumbent.count, challenger.count);
  return options.statistics.map((wanted) => {
    const statistic = wanted === 'tail' ? tailOf(count) : wanted;
    return {
      what: `${what}, ${statistic}`,
      unit: options.unit,
      incumbent: incumbent[statistic],
      challenger: challenger[statistic],
      count,
      target: options.targets.includes(wanted) ? 'ratio' : undefined,
    };
  });
}

export function render(rows: readonly Row[], names: readonly [string, string]): string {
  const head = ['', ...names, 'unit', 'ratio', 'n', 'target', ''];
  const body = rows.map((row) => [
    row.what,
    number(row.incumbent),
    number(row.challenger),
    row.unit,
    number(ratio(row)),
    `${row.count}`,
    row.target === undefined ? '' : row.target === 'ratio' ? '<= 1' : `<= ${row.target}`,
    verdict(row),
  ]);
  const widths = head.map((word, column) =>
    Math.max(...[head, ...body].map((line) => line[column]?.length ?? 0), word.length),
  );
  const isText = (column: number) => column === 0 || column === 3 || column > 5;
  const line = (words: readonly string[]) =>
    words
      .map((word, column) =>
        isText(column) ? word.padEnd(widths[column] ?? 0) : word.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [head, ...body].map(line).join('\n');
}

function verdict(row: Row): string {
  const met = isMet(row);
  return met === undefined ? '' : met ? 'met' : 'MISSED';
}

function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
