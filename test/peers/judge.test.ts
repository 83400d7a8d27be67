import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seen } from '../lab/capture.ts';
import type { Advertisement } from '../lab/packet.ts';
import {
  judgeSilence,
  judgeTakeover,
  judgeYielded,
  Late,
  masterDownInterval,
  skewTime,
  type Tape,
  Wrong,
} from './judge.ts';

/** Milliseconds. */
function advertisement(at: number, source: string, priority = 100): Seen<Advertisement> {
  return {
    kind: 'advertisement',
    at: at * 1000,
    source,
    priority,
    version: 3,
    family: 4,
    destination: '224.0.0.18',
    hopLimit: 255,
    routerId: 51,
    interval: 500,
  };
}

function tape(...seen: readonly Seen<Advertisement>[]): Tape {
  return { advertisements: () => seen };
}

test('intervals of both versions', () => {
  assert.equal(skewTime({ version: 2, interval: 3000 }, 100), 609.375);
  assert.equal(masterDownInterval({ version: 2, interval: 3000 }, 100), 9609.375);
  assert.equal(skewTime({ version: 3, interval: 500 }, 192), 125);
  assert.equal(masterDownInterval({ version: 3, interval: 500 }, 192), 1625);
});

test('a takeover is neither early nor late', () => {
  assert.equal(judgeTakeover(0, 1_001_000, 1000), '+1.0 ms');
  assert.throws(() => judgeTakeover(0, 900_000, 1000), Wrong);
  assert.throws(() => judgeTakeover(0, 1_300_000, 1000), Late);
});

test('the loser says nothing once the winner has spoken', () => {
  const crossing = tape(advertisement(1, 'b'), advertisement(2, 'a'), advertisement(3, 'b'));
  assert.equal(judgeYielded(crossing, 'a', 'b', 0), 'in 1.0 ms');
  const stubborn = tape(advertisement(2, 'a'), advertisement(502, 'b'));
  assert.throws(() => judgeYielded(stubborn, 'a', 'b', 0), Late);
});

test('a resignation is no claim, and every other advertisement breaks the silence', () => {
  judgeSilence(tape(advertisement(5, 'a', 0), advertisement(1, 'a')), 'a', 1000);
  assert.throws(() => judgeSilence(tape(advertisement(5, 'a', 1)), 'a', 1000), Wrong);
});
