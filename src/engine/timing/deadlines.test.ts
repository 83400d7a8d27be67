import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Duration, Instant } from '../../base/units.ts';
import { createDeadlines, type Scheduled } from './deadlines.ts';

interface Owner extends Scheduled {
  readonly name: number;
  at: Instant | undefined;
  slack: Duration;
}

const rules = {
  deadlineOf: (owner: Owner) => owner.at,
  slackOf: (owner: Owner) => owner.slack,
};

function owners(times: readonly (number | undefined)[]): Owner[] {
  return times.map((at, name) => ({
    name,
    at: at as Instant | undefined,
    slack: 0 as Duration,
    scheduledAt: undefined,
  }));
}

const times = fc.array(fc.option(fc.nat(50), { nil: undefined }), { maxLength: 40 });

test('taking what is due, instant by instant, is sorting', () => {
  fc.assert(
    fc.property(times, times, (first, later) => {
      const all = owners(first);
      const deadlines = createDeadlines(rules);
      for (const owner of all) deadlines.schedule(owner, owner.at);
      // Deadlines move: earlier ones are told, later ones and vanished ones are not.
      for (const [index, at] of later.entries()) {
        const owner = all[index];
        if (owner === undefined) continue;
        const isEarlier = at !== undefined && (owner.at === undefined || at < owner.at);
        owner.at = at as Instant | undefined;
        if (isEarlier) deadlines.schedule(owner, owner.at);
      }
      const taken: Owner[] = [];
      for (let now = deadlines.earliest(); now !== undefined; now = deadlines.earliest()) {
        const due = deadlines.takeDue(now);
        assert.ok(due.length > 0 && due.every((owner) => owner.at === now));
        taken.push(...due);
      }
      const wanted = all.filter(({ at }) => at !== undefined);
      const ascending = wanted.toSorted((one, other) => Number(one.at) - Number(other.at));
      assert.deepEqual(
        taken.map(({ at }) => at),
        ascending.map(({ at }) => at),
      );
      assert.equal(new Set(taken).size, wanted.length);
    }),
  );
});

test('nobody is taken before their time, but for their slack', () => {
  const [one, other] = owners([100, 105]);
  assert.ok(one !== undefined && other !== undefined);
  const deadlines = createDeadlines(rules);
  deadlines.schedule(one, one.at);
  deadlines.schedule(other, other.at);
  assert.deepEqual(deadlines.takeDue(99 as Instant), []);
  other.slack = 5 as Duration;
  assert.deepEqual(deadlines.takeDue(100 as Instant), [one, other]);
  assert.equal(deadlines.earliest(), undefined);
});

test('an owner taken out comes back when it is scheduled again, once', () => {
  const [owner] = owners([10]);
  assert.ok(owner !== undefined);
  const deadlines = createDeadlines(rules);
  deadlines.schedule(owner, owner.at);
  deadlines.schedule(owner, owner.at);
  assert.deepEqual(deadlines.takeDue(10 as Instant), [owner]);
  owner.at = 20 as Instant;
  deadlines.schedule(owner, owner.at);
  assert.equal(deadlines.earliest(), 20);
  assert.deepEqual(deadlines.takeDue(30 as Instant), [owner]);
  assert.deepEqual(deadlines.takeDue(30 as Instant), []);
});
