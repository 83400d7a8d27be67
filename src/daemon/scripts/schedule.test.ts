import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, seconds } from '../../base/units.ts';
import { deadline, type ScriptEvent, type ScriptState, scriptAt, step } from './schedule.ts';

const terms = {
  interval: seconds(2),
  timeout: seconds(1),
  rise: 2,
  fall: 3,
  initFail: false,
};
const wake: ScriptEvent = { kind: 'wake' };
const at = (second: number): Instant => instant(second * 1_000_000);
const ended = (succeeded: boolean): ScriptEvent => ({
  kind: 'ended',
  succeeded,
  detail: succeeded ? 'exit status 0' : 'exit status 1',
});

/** Runs the script once at each of its rounds and returns the verdicts told, by round. */
function rounds(results: readonly boolean[], initFail = false): readonly (boolean | undefined)[] {
  const own = { ...terms, initFail };
  let state = scriptAt(own, at(0));
  return results.map((succeeded, round) => {
    const started = step(own, state, wake, at(round * 2));
    assert.deepEqual(started.effects, [{ kind: 'start' }]);
    const judged = step(own, started.state, ended(succeeded), at(round * 2 + 0.1));
    state = judged.state;
    const [told] = judged.effects;
    return told?.kind === 'verdict' ? told.up : undefined;
  });
}

test('the first result decides at once, later ones need rise and fall in a row', () => {
  assert.deepEqual(rounds([true]), [true]);
  assert.deepEqual(rounds([false]), [false]);
  assert.deepEqual(rounds([true, false, false, true, false, false, false]), [
    ...[true, undefined, undefined, undefined, undefined, undefined, false],
  ]);
  assert.deepEqual(rounds([false, true, false, true, true]), [
    ...[false, undefined, undefined, undefined, true],
  ]);
});

test('init_fail needs rise successes from the start', () => {
  assert.deepEqual(rounds([true, true], true), [undefined, true]);
});

test('a run over its timeout has failed, is told to end, then killed', () => {
  const running = step(terms, scriptAt(terms, at(0)), wake, at(0)).state;
  assert.equal(deadline(running), at(1));
  const overdue = step(terms, running, wake, at(1));
  assert.deepEqual(overdue.effects, [
    { kind: 'overrun' },
    { kind: 'signal', signal: 'SIGTERM' },
    { kind: 'verdict', up: false, detail: 'no answer within 1 s' },
  ]);
  const nextRound = step(terms, overdue.state, wake, at(2));
  assert.deepEqual(nextRound.effects, []);
  assert.equal(deadline(nextRound.state), at(3));
  const killed = step(terms, nextRound.state, wake, at(3));
  assert.deepEqual(killed.effects, [{ kind: 'signal', signal: 'SIGKILL' }]);
  const reaped = step(terms, killed.state, ended(true), at(3.1));
  assert.deepEqual(reaped.effects, []);
  assert.deepEqual(step(terms, reaped.state, wake, at(4)).effects, [{ kind: 'start' }]);
});

test('a run still going at the next interval is not started again', () => {
  const slow = { ...terms, timeout: seconds(5) };
  const running = step(slow, scriptAt(slow, at(0)), wake, at(0)).state;
  const later = step(slow, running, wake, at(2));
  assert.deepEqual(later.effects, []);
  assert.equal(later.state.nextAt, at(4));
});

test('rounds are counted from when they were due, however late the wake-up', () => {
  const late = step(terms, scriptAt(terms, at(0)), wake, at(0.7));
  assert.equal(late.state.nextAt, at(2));
  const missed: ScriptState = { ...late.state, run: { kind: 'idle' } };
  assert.equal(step(terms, missed, wake, at(7.5)).state.nextAt, at(8));
});
