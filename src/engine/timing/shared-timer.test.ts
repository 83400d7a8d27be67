import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, wallTime } from '../../base/units.ts';
import { shareTimer } from './shared-timer.ts';

function bench() {
  let now = 0 as Instant;
  let armed: Instant | undefined;
  const timer = shareTimer(
    {
      arm(at) {
        armed = at;
      },
    },
    { now: () => now, wall: () => wallTime(0) },
  );
  return {
    timer,
    armed: () => armed,
    at: (moment: number) => {
      now = moment as Instant;
    },
  };
}

test('the earlier of two deadlines arms the timer, and only its owner is due', () => {
  const { timer, armed, at } = bench();
  timer.first.arm(100 as Instant);
  timer.second.arm(40 as Instant);
  assert.equal(armed(), 40);
  at(40);
  assert.deepEqual(timer.due(), { first: false, second: true });
  timer.second.arm(undefined);
  assert.equal(armed(), 100);
  timer.second.arm(100 as Instant);
  at(120);
  assert.deepEqual(timer.due(), { first: true, second: true });
});

test('a timer that fired for nobody is armed again', () => {
  const { timer, armed, at } = bench();
  timer.first.arm(50 as Instant);
  at(49);
  assert.deepEqual(timer.due(), { first: false, second: false });
  assert.equal(armed(), 50);
  timer.first.arm(undefined);
  assert.equal(armed(), undefined);
});
