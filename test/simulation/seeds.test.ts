/** Fresh ground and old wounds: the first thousand seeds, and every seed that ever failed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDriver } from '../../src/engine/driver.ts';
import { runSeed } from '../../src/sim/run.ts';

const COUNT = 1_000;
const BLOCK = 100;

function failureOf(seed: number): string | undefined {
  const { failure } = runSeed({ seed, createDriver });
  if (failure === undefined) return undefined;
  const when = `at ${failure.at / 1_000_000} s`;
  return `seed ${seed}: ${failure.kind} ${when}: ${failure.words}\n  npm run sim -- --seed ${seed}`;
}

for (let from = 1; from <= COUNT; from += BLOCK) {
  test(`seeds ${from} to ${from + BLOCK - 1}`, () => {
    const seeds = Array.from({ length: BLOCK }, (_, index) => from + index);
    const failures = seeds.map(failureOf).filter((failure) => failure !== undefined);
    assert.equal(failures.length, 0, failures.join('\n'));
  });
}

const lines = readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8').split('\n');
for (const line of lines) {
  const [, seed, showed] = /^(\d+) (.+)$/.exec(line) ?? [];
  if (seed === undefined || showed === undefined) continue;
  test(`seed ${seed}: ${showed}`, () => {
    const failure = failureOf(Number(seed));
    assert.equal(failure, undefined);
  });
}
