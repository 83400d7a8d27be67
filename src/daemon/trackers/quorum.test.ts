import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, seconds } from '../../base/units.ts';
import { type QuorumState, quorumAt, recount, wake } from './quorum.ts';

const at = (second: number): Instant => instant(second * 1_000_000);
const prompt = {
  quorum: 2,
  quorumMax: 3,
  forkDelay: seconds(0),
  terminateDelay: seconds(0),
};
const patient = { ...prompt, forkDelay: seconds(2), terminateDelay: seconds(1) };

test('up from the quorum to its maximum', () => {
  const verdicts = [0, 1, 2, 3, 4].map((count) => quorumAt(prompt, count).up);
  assert.deepEqual(verdicts, [false, false, true, true, false]);
  let state = quorumAt(prompt, 2);
  for (const [count, up] of [
    [1, false],
    [3, true],
    [4, false],
  ] as const) {
    state = recount(prompt, state, count, at(1));
    assert.deepEqual(state, { count, up, changeAt: undefined });
  }
});

test('a maximum of 0 means that none may run', () => {
  const none = { ...prompt, quorum: 0, quorumMax: 0 };
  assert.equal(quorumAt(none, 0).up, true);
  assert.equal(quorumAt(none, 1).up, false);
});

test('a loss is told after terminate_delay, a gain after fork_delay, from the first change on', () => {
  const lost = recount(patient, quorumAt(patient, 2), 1, at(10));
  assert.deepEqual(lost, { count: 1, up: true, changeAt: at(11) });
  const further = recount(patient, lost, 0, at(10.5));
  assert.equal(further.changeAt, at(11));
  assert.equal(wake(further, at(10.9)).up, true);
  const down = wake(further, at(11));
  assert.deepEqual(down, { count: 0, up: false, changeAt: undefined });
  const gained = recount(patient, down, 2, at(20));
  assert.equal(gained.changeAt, at(22));
  assert.equal(wake(gained, at(22)).up, true);
});

test('what returns before the delay is over was never told', () => {
  const lost: QuorumState = recount(patient, quorumAt(patient, 2), 0, at(10));
  const back = recount(patient, lost, 2, at(10.5));
  assert.deepEqual(back, { count: 2, up: true, changeAt: undefined });
});
