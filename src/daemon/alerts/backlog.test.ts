import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlertBacklog } from './backlog.ts';

test('what waits comes in order and stays until it is dropped', () => {
  const backlog = new AlertBacklog<string>(5, (item) => item);
  for (const item of ['a', 'b', 'c']) backlog.add(item);
  assert.deepEqual(backlog.first(2), ['a', 'b']);
  backlog.drop(backlog.first(2));
  assert.deepEqual(backlog.first(9), ['c']);
  assert.equal(backlog.lost, 0);
});

test('a full backlog loses what was overtaken, never the latest of a subject', () => {
  const item = fc.record({ subject: fc.integer({ min: 0, max: 4 }), value: fc.nat() });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 60 }), (items) => {
      const backlog = new AlertBacklog<(typeof items)[number]>(8, ({ subject }) => `${subject}`);
      for (const one of items) backlog.add(one);
      const kept = backlog.first(100);
      assert.ok(kept.length <= 8);
      assert.equal(kept.length + backlog.lost, items.length);
      for (let subject = 0; subject <= 4; subject += 1) {
        const latest = items.findLast((one) => one.subject === subject);
        assert.ok(latest === undefined || kept.includes(latest));
      }
      const places = kept.map((one) => items.indexOf(one));
      assert.deepEqual(
        places,
        [...places].sort((one, other) => one - other),
      );
    }),
  );
});
