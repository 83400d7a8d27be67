import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Duration, type Instant, instant, milliseconds, seconds } from '../base/units.ts';
import type { Pacing } from './pacing.ts';
import * as machine from './verdict.ts';
import { startVerdict, type Verdict } from './verdict.ts';

const usual: Pacing = {
  interval: seconds(5),
  retries: 2,
  retryDelay: seconds(1),
  warmup: seconds(5),
  alpha: false,
  steps: 1,
  fastRecovery: false,
  logAllFailures: false,
};

const took = milliseconds(100);

interface Line {
  readonly at: number;
  readonly says: string;
}

/** What a change in place comes to, beside what was before. */
function changed(verdict: Verdict, change: (copy: Verdict) => void): Verdict {
  const copy = { ...verdict, last: verdict.last && { ...verdict.last } };
  change(copy);
  return copy;
}

const begin = (verdict: Verdict, now: Instant) =>
  changed(verdict, (copy) => machine.begin(copy, now));
const suspend = (verdict: Verdict) => changed(verdict, machine.suspend);

/** Plays answers, `+` or `-` or a weight, each a tenth of a second after its check began; one line for each. */
function play(pacing: Pacing, answers: string): readonly string[] {
  let verdict = startVerdict(pacing, instant(0), 0);
  const lines: Line[] = [];
  for (const answer of answers) {
    const at = verdict.dueAt;
    assert.ok(at !== undefined, 'a check is due');
    const step = verdict.step;
    verdict = answered(pacing, begin(verdict, at), answer, at);
    const next = verdict.dueAt ?? instant(0);
    const what = `${verdict.phase} ${verdict.up ? 'up' : 'down'}`;
    lines.push({ at, says: `url ${step} ${answer} ${what}, next ${show(next)}` });
  }
  return lines.map(({ at, says }) => `${show(at)} ${says}`);
}

function show(at: number): string {
  return String(at / 1_000_000);
}

function answered(pacing: Pacing, verdict: Verdict, answer: string, at: Instant): Verdict {
  const weight = /\d/.test(answer) ? Number(answer) : undefined;
  const outcome = { checker: 'c', sequence: verdict.sequence, passed: answer !== '-' };
  const now = instant(at + took);
  return changed(verdict, (copy) => {
    assert.ok(machine.judge(pacing, copy, { ...outcome, weight, detail: answer, took }, now));
    assert.deepEqual(copy.last, { at: now, passed: answer !== '-', detail: answer, took });
  });
}

test('19: up from the start, one failure after a success is tried again, and again, then counts', () => {
  assert.deepEqual(play(usual, '+---+'), [
    '0 url 0 + good up, next 5',
    '5 url 0 - good up, next 6.1',
    '6.1 url 0 - good up, next 7.2',
    '7.2 url 0 - failed down, next 12.2',
    '12.2 url 0 + good up, next 17.2',
  ]);
});

test('18: the first failure of all counts at once', () => {
  assert.deepEqual(play(usual, '-+'), [
    '0 url 0 - failed down, next 5',
    '5 url 0 + good up, next 10',
  ]);
});

test('18: alpha is down until the first success', () => {
  assert.deepEqual(play({ ...usual, alpha: true }, '-+-+'), [
    '0 url 0 - failed down, next 5',
    '5 url 0 + good up, next 10',
    '10 url 0 - good up, next 11.1',
    '11.1 url 0 + good up, next 16.1',
  ]);
});

test('19: a success between forgets the failures before it', () => {
  const lines = play(usual, '+--+--+');
  assert.ok(lines.every((line) => line.includes(' up,')));
});

test('19: several urls are asked one at a time, and the failing one alone until it answers', () => {
  const three = { ...usual, steps: 3, retries: 1 };
  assert.deepEqual(play(three, '+++++--+++-+'), [
    '0 url 0 + first up, next 5',
    '5 url 1 + first up, next 10',
    '10 url 2 + good up, next 15',
    '15 url 0 + good up, next 20',
    '20 url 1 + good up, next 25',
    '25 url 2 - good up, next 26.1',
    '26.1 url 2 - failed down, next 31.1',
    '31.1 url 2 + recovering down, next 36.1',
    '36.1 url 0 + recovering down, next 41.1',
    '41.1 url 1 + recovering down, next 46.1',
    '46.1 url 2 - failed down, next 51.1',
    '51.1 url 2 + recovering down, next 56.1',
  ]);
});

test('19: fast_recovery does not wait between the questions of a first or a recovering pass', () => {
  const fast = { ...usual, steps: 2, retries: 0, fastRecovery: true };
  assert.deepEqual(play(fast, '++-+++'), [
    '0 url 0 + first up, next 0.1',
    '0.1 url 1 + good up, next 5.1',
    '5.1 url 0 - failed down, next 10.1',
    '10.1 url 0 + recovering down, next 10.2',
    '10.2 url 0 + recovering down, next 10.3',
    '10.3 url 1 + good up, next 15.3',
  ]);
});

test('a pace slower than the pause polls a failed url at the slower of both', () => {
  const slow = { ...usual, steps: 2, retries: 0, retryDelay: seconds(9) };
  assert.deepEqual(play(slow, '--'), [
    '0 url 0 - failed down, next 9.1',
    '9.1 url 0 - failed down, next 18.2',
  ]);
});

test('an answer that took longer than the interval waits for the next round, and does not begin at once', () => {
  const verdict = begin(startVerdict(usual, instant(0), 0), instant(0));
  const outcome = { checker: 'c', sequence: 1, passed: true, weight: undefined, detail: '', took };
  machine.judge(usual, verdict, outcome, instant(seconds(12)));
  assert.equal(verdict.dueAt, seconds(15));
});

test('an answer to an earlier question, to none, or after a suspension changes nothing', () => {
  const first = begin(startVerdict(usual, instant(0), 0), instant(0));
  const outcome = { checker: 'c', sequence: 1, passed: false, weight: undefined, detail: '', took };
  const second = changed(suspend(first), (copy) => {
    machine.resume(usual, copy, instant(1), 0);
    machine.begin(copy, instant(2));
  });
  const waiting = startVerdict(usual, instant(0), 0);
  for (const verdict of [second, waiting, suspend(first)]) {
    const before = changed(verdict, () => undefined);
    assert.equal(machine.judge(usual, verdict, outcome, instant(3)), false);
    assert.deepEqual(verdict, before);
  }
});

test('19: what a program says weighs until it says something else; a bare success says nothing', () => {
  let verdict = startVerdict(usual, instant(0), 0);
  for (const [answer, weight] of [
    ['7', 7],
    ['+', 7],
    ['-', 7],
    ['0', 0],
  ] as const) {
    const at = verdict.dueAt ?? instant(0);
    verdict = answered(usual, begin(verdict, at), answer, at);
    assert.equal(verdict.weight, weight);
  }
});

test('19: what a file says counts at once, both ways', () => {
  const start = startVerdict(usual, instant(0), 0);
  machine.tell(start, { up: false, weight: 0, detail: '' }, instant(5));
  assert.deepEqual([start.up, start.since], [false, 5]);
  machine.tell(start, { up: true, weight: -3, detail: '' }, instant(9));
  assert.deepEqual([start.up, start.since, start.weight], [true, 9, -3]);
});

test('the first check falls where the draw says, within the warm-up', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), (draw) => {
      const { dueAt } = startVerdict(usual, instant(1_000), draw);
      assert.ok(dueAt !== undefined && dueAt >= 1_000 && dueAt < 1_000 + usual.warmup);
    }),
  );
});

test('what a standstill has kept from being asked keeps its distance', () => {
  const both = [0, 0.5].map((draw) => startVerdict(usual, instant(0), draw));
  for (const verdict of both) machine.postpone(verdict, seconds(20));
  assert.deepEqual(
    both.map(({ dueAt }) => dueAt),
    [seconds(20), seconds(22.5)],
  );
});

const pacings = fc.record({
  retries: fc.integer({ min: 0, max: 4 }),
  alpha: fc.boolean(),
  steps: fc.integer({ min: 1, max: 4 }),
  fastRecovery: fc.boolean(),
  retryDelay: fc.integer({ min: 0, max: 9_000_000 }).map((count) => count as Duration),
});

test('whatever the answers are: a check is always due, in the future, and up and down follow the answers', () => {
  fc.assert(
    fc.property(
      pacings,
      fc.string({ unit: fc.constantFrom('+', '-'), maxLength: 60 }),
      (own, answers) => {
        const pacing = { ...usual, ...own };
        let verdict = startVerdict(pacing, instant(0), 0);
        let [failures, successes] = [0, 0];
        for (const answer of answers) {
          const at = verdict.dueAt ?? instant(0);
          const before = verdict;
          verdict = answered(pacing, begin(verdict, at), answer, at);
          assert.ok(verdict.dueAt !== undefined && verdict.dueAt > at, 'the next is due later');
          assert.equal(
            verdict.up,
            verdict.phase === 'good' || (verdict.phase === 'first' && !pacing.alpha),
          );
          failures = answer === '-' ? failures + 1 : 0;
          successes = answer === '+' ? successes + 1 : 0;
          if (failures > pacing.retries)
            assert.equal(verdict.up, false, 'too many failures in a row');
          if (successes > pacing.steps)
            assert.equal(verdict.up, true, 'a whole pass has succeeded');
          if (before.phase === 'good' && !verdict.up) assert.ok(failures > pacing.retries);
        }
      },
    ),
  );
});
