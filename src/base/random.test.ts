import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';

const draw = (seed: number, count = 8): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.below(1_000_000));
};

test('the same seed gives the same numbers, another seed others', () => {
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.notDeepEqual(draw(1), draw(1 + 2 ** 32));
});

test('a fork depends on seed and label, not on what was drawn before', () => {
  const one = createRandom(3);
  const before = one.fork('network').below(1e9);
  one.below(10);
  assert.equal(one.fork('network').below(1e9), before);
  assert.notEqual(one.fork('kernel').below(1e9), before);
  assert.notEqual(createRandom(4).fork('network').below(1e9), before);
});

test('numbers stay inside their bounds and reach them', () => {
  const random = createRandom(11);
  const seen = new Set<number>();
  for (let count = 0; count < 500; count += 1) seen.add(random.within(-2, 2));
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2],
  );
});

test('draws are even enough to be used as chances', () => {
  const random = createRandom(5);
  let hits = 0;
  for (let count = 0; count < 20_000; count += 1) if (random.chance(0.3)) hits += 1;
  assert.ok(Math.abs(hits / 20_000 - 0.3) < 0.02, `${hits} of 20000`);
});

test('shuffling keeps every item', () => {
  const items = [1, 2, 3, 4, 5, 6];
  const shuffled = createRandom(2).shuffled(items);
  assert.notDeepEqual(shuffled, items);
  assert.deepEqual([...shuffled].sort(), items);
});

test('picking from nothing is a broken invariant', () => {
  assert.throws(() => createRandom(1).pick([]), /nothing to pick/);
});
