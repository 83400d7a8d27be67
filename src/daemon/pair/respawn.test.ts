import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant, seconds } from '../../base/units.ts';
import { afterDeath, type Deaths, noDeaths } from './respawn.ts';

/** Lets `lives` seconds-long processes die one after the other. */
function die(lives: readonly number[], own = true): readonly (number | 'resume')[] {
  let deaths: Deaths = noDeaths;
  const now = instant(1_000_000_000);
  return lives.map((life) => {
    const result = afterDeath(deaths, {
      activeSince: instant(now - life * 1_000_000),
      at: now,
      own,
    });
    deaths = result.deaths;
    return result.successor.kind === 'resume'
      ? 'resume'
      : (result.successor.restartAt - now) / 1_000_000;
  });
}

test('one that lived is resumed for ever', () => {
  assert.deepEqual(die(new Array<number>(20).fill(11)), new Array(20).fill('resume'));
});

test('one that dies at once is given up after five times, with growing pauses', () => {
  assert.deepEqual(die(new Array<number>(14).fill(0.1)), [
    ...new Array(5).fill('resume'),
    ...[1, 2, 4, 8, 16, 32, 60, 60, 60],
  ]);
});

test('one that somebody kills again and again is resumed each time', () => {
  assert.deepEqual(die(new Array<number>(20).fill(0.2), false), new Array(20).fill('resume'));
  assert.deepEqual(die(new Array<number>(6).fill(0.01), false).at(-1), 1);
});

test('a healthy life forgives', () => {
  assert.deepEqual(die([0, 0, 0, 0, 0, 0, 60, 0]).slice(5), [1, 'resume', 'resume']);
});

test('one that never came to run counts as dead at once', () => {
  const now = after(instant(0), seconds(100));
  const result = afterDeath({ streak: 5 }, { activeSince: undefined, at: now, own: false });
  assert.equal(result.successor.kind, 'resign');
});
