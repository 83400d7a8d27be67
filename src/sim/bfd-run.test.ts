import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBfd } from './bfd-run.ts';

const SEEDS = 60;

test('sessions between hosts in trouble: silence, calm, agreement and recovery', () => {
  const troubles = new Map<string, number>();
  let ups = 0;
  let downs = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const run = runBfd(seed);
    assert.deepEqual(run.violations, [], `seed ${seed}`);
    ups += run.ups;
    downs += run.downs;
    for (const [kind, count] of Object.entries(run.troubles)) {
      troubles.set(kind, (troubles.get(kind) ?? 0) + count);
    }
  }
  assert.ok(ups > SEEDS * 4 && downs > SEEDS * 2, `${ups} times up, ${downs} times down`);
  assert.equal(troubles.size, 7, 'every kind of trouble was had');
});
