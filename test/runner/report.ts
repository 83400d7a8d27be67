/** The table at the end, and the one line that machines read. */
import type { Requirement } from './requirement.ts';
import type { Tally } from './tally.ts';

export type Result =
  | { readonly kind: 'ran'; readonly tier: string; readonly tally: Tally }
  /** This host lacks something. */
  | { readonly kind: 'cannot'; readonly tier: string; readonly needs: readonly Requirement[] }
  | { readonly kind: 'empty'; readonly tier: string };

export interface Verdict {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

/** `strict` is for the machine that guards the branch: there, what was not shown counts as failed. */
export function conclude(results: readonly Result[], strict: boolean): Verdict {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [row('tier', ['passed', 'failed', 'skipped', 'time'])];
  for (const result of results) {
    lines.push(describe(result, strict));
    if (result.kind === 'ran') {
      total.passed += result.tally.passed;
      total.failed += result.tally.failed;
      total.skipped += result.tally.skipped.length;
      if (strict) total.failed += result.tally.skipped.length;
    } else if (strict || result.kind === 'empty') {
      total.failed += 1;
    }
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  lines.push('', `${total.passed} passed, ${total.failed} failed${skipped}`);
  return { lines, ok: total.failed === 0 };
}

function describe(result: Result, strict: boolean): string {
  if (result.kind === 'empty') return `${result.tier.padEnd(12)} FAILED: it has no tests`;
  if (result.kind === 'ran') {
    const { passed, failed, skipped, took } = result.tally;
    return row(result.tier, [passed, failed, skipped.length, `${took.toFixed(1)} s`]);
  }
  const needs = result.needs.map(({ what, package: name }) =>
    name === undefined ? what : `${what} (apt-get install ${name})`,
  );
  const verdict = strict ? 'FAILED, cannot run here' : 'cannot run here';
  return `${result.tier.padEnd(12)} ${verdict}: needs ${needs.join('; ')}`;
}

function row(tier: string, cells: readonly (string | number)[]): string {
  return `${tier.padEnd(12)}${cells.map((cell) => `${cell}`.padStart(10)).join('')}`;
}
