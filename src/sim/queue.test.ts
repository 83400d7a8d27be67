import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../base/random.ts';
import { instant, microseconds } from '../base/units.ts';
import { createQueue } from './queue.ts';

test('events run by time, and in the order of arrival at the same time', () => {
  const queue = createQueue();
  const random = createRandom(1);
  const ran: [number, number][] = [];
  for (let index = 0; index < 500; index += 1) {
    const when = random.below(50);
    queue.at(instant(when), () => ran.push([when, index]));
  }
  while (queue.step(instant(100)));
  const expected = [...ran].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  assert.equal(ran.length, 500);
  assert.deepEqual(ran, expected);
});

test('time stands at the event while it runs and at the limit when nothing is left', () => {
  const queue = createQueue();
  let seen = -1;
  queue.in(microseconds(5), () => {
    seen = queue.now();
    queue.at(instant(1), () => {
      seen = queue.now();
    });
  });
  assert.equal(queue.step(instant(4)), false);
  assert.equal(queue.now(), 4);
  assert.equal(queue.step(instant(9)), true);
  assert.equal(seen, 5);
  assert.equal(queue.step(instant(9)), true);
  assert.equal(seen, 5, 'what has passed runs now, time does not go back');
  assert.equal(queue.step(instant(9)), false);
  assert.equal(queue.now(), 9);
});
