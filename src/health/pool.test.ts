import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  effectiveWeight,
  fileVerdict,
  hasQuorum,
  largestWeight,
  liveWeight,
  sorryTableWeight,
  tableWeight,
  threshold,
} from './pool.ts';

const rules = fc
  .record({
    quorum: fc.integer({ min: 1, max: 50 }),
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
  })
  .map(({ quorum, share }) => ({ quorum, hysteresis: Math.floor(quorum * share) }));
const live = fc.integer({ min: 0, max: 120 });

test('18: gained at quorum + hysteresis, lost below quorum - hysteresis', () => {
  const own = { quorum: 5, hysteresis: 2 };
  assert.deepEqual(
    [6, 7].map((weight) => hasQuorum(own, false, weight)),
    [false, true],
  );
  assert.deepEqual(
    [3, 2].map((weight) => hasQuorum(own, true, weight)),
    [true, false],
  );
  assert.deepEqual([threshold(own, false), threshold(own, true)], [7, 3]);
});

test('18: without any weight there is no quorum, whatever it is', () => {
  fc.assert(fc.property(rules, fc.boolean(), (own, had) => !hasQuorum(own, had, 0)));
});

test('18: to judge twice is to judge once', () => {
  fc.assert(
    fc.property(rules, fc.boolean(), live, (own, had, weight) => {
      const once = hasQuorum(own, had, weight);
      assert.equal(hasQuorum(own, once, weight), once);
    }),
  );
});

test('18: more weight never loses a quorum, and less never gains one', () => {
  fc.assert(
    fc.property(rules, fc.boolean(), live, live, (own, had, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      if (hasQuorum(own, had, less)) assert.ok(hasQuorum(own, had, more));
    }),
  );
});

test('18: a weight that swings by less than the hysteresis changes the quorum at most once', () => {
  fc.assert(
    fc.property(rules, fc.array(fc.boolean(), { maxLength: 40 }), (own, swings) => {
      let [up, changes] = [true, 0];
      for (const swing of swings) {
        const now = hasQuorum(own, up, own.quorum + (swing ? 0 : -own.hysteresis));
        if (now !== up) changes += 1;
        up = now;
      }
      assert.ok(changes <= 1);
    }),
  );
});

const member = fc.record({
  up: fc.boolean(),
  weight: fc.integer({ min: 0, max: 9 }),
  drained: fc.boolean(),
  inhibit: fc.boolean(),
});

test('18: what is down is in the table only with weight 0, and only with inhibit_on_failure', () => {
  fc.assert(
    fc.property(member, fc.boolean(), (own, sorry) => {
      const weight = tableWeight(own, sorry);
      if (own.up) return;
      assert.equal(weight, own.inhibit ? 0 : undefined);
      assert.equal(liveWeight(own), 0);
    }),
  );
});

test('18: while a sorry server serves nobody else gets new connections', () => {
  fc.assert(
    fc.property(member, (own) => {
      const weight = tableWeight(own, true);
      assert.ok(weight === undefined || weight === 0);
    }),
  );
});

test('a server that is drained keeps its connections while a sorry server serves', () => {
  const own = { up: true, weight: 0, drained: true, inhibit: false };
  assert.equal(tableWeight(own, true), 0);
});

test('18: an inhibited sorry server stays with weight 0', () => {
  const weights = [true, false].flatMap((inhibit) =>
    [true, false].map((serves) => sorryTableWeight({ inhibit, weight: 1 }, serves)),
  );
  assert.deepEqual(weights, [1, 0, 1, undefined]);
});

test('18: a weight never leaves what the kernel takes; an order is an order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: largestWeight }),
      fc.maxSafeInteger(),
      (weight, added) => {
        const effective = effectiveWeight(weight, added, undefined);
        assert.ok(effective >= 0 && effective <= largestWeight);
        assert.equal(effectiveWeight(weight, added, { kind: 'drain' }), 0);
        assert.equal(effectiveWeight(weight, added, { kind: 'weight', weight: 3 }), 3);
      },
    ),
  );
});

test('19: the number in a file moves the weight; with weight 0 it is up or down', () => {
  const file = (weight: number, value: number, reverse = false) =>
    fileVerdict({ weight, reverse }, value);
  assert.deepEqual(file(-2, 3), { up: true, weight: -6 });
  assert.deepEqual(file(-2, 3, true), { up: true, weight: 6 });
  assert.deepEqual(file(5, 0), { up: true, weight: 0 });
  assert.deepEqual(file(0, 0), { up: true, weight: 0 });
  assert.deepEqual(file(0, 1), { up: false, weight: 0 });
  assert.deepEqual(file(0, 0, true), { up: false, weight: 0 });
  assert.equal(file(-1, largestWeight).up, false);
  assert.equal(file(-largestWeight, 9).up, false);
});
