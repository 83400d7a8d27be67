import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Scheduler } from '../../base/service.ts';
import { approximation, type Candidate, MAGLEV_SLOTS, schedule } from './slots.ts';

const named = (...weights: readonly number[]): readonly Candidate[] =>
  weights.map((weight, index) => ({ name: `10.0.0.${index + 1}:80`, weight }));

function sharesOf(slots: readonly number[], servers: number): readonly number[] {
  const counts = new Array<number>(servers).fill(0);
  for (const server of slots) counts[server] = (counts[server] ?? 0) + 1;
  return counts.map((count) => count / slots.length);
}

describe('turns', () => {
  it('go round, heavier servers more often but not twice in a row where it can be', () => {
    assert.deepEqual(schedule('rr', named(5, 1, 9)).slots, [0, 1, 2]);
    assert.deepEqual(schedule('wrr', named(2, 2)).slots, [0, 1]);
    assert.deepEqual(schedule('wrr', named(1, 2, 3)).slots, [2, 1, 0, 2, 1, 2]);
  });
  it('keep to every weight within 1 part in 1,000 of the whole', () => {
    const weight = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 40 }), (weights) => {
        const { slots } = schedule('wrr', named(...weights));
        const total = weights.reduce((sum, one) => sum + one);
        assert.ok(slots.length <= 4_096 + weights.length);
        for (const [index, share] of sharesOf(slots, weights.length).entries()) {
          assert.ok(Math.abs(share - (weights[index] ?? 0) / total) < 0.001 * weights.length);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('consistent hashing', () => {
  it('gives each server its share', () => {
    const { slots } = schedule('mh', named(1, 2, 3));
    assert.equal(slots.length, MAGLEV_SLOTS);
    for (const [index, share] of sharesOf(slots, 3).entries()) {
      assert.ok(Math.abs(share - (index + 1) / 6) < 0.005);
    }
  });
  it('moves little of the others when a server goes', () => {
    const [before, after] = [named(1, 1, 1, 1, 1), named(1, 1, 1, 1)].map((candidates) =>
      schedule('mh', candidates),
    );
    const stayed = before?.slots.filter((server, at) => server < 4 && after?.slots[at] === server);
    const theirs = before?.slots.filter((server) => server < 4).length ?? 0;
    assert.ok((stayed?.length ?? 0) / theirs > 0.85, `${stayed?.length} of ${theirs} stayed`);
  });
  it('moves few of the others, however many there are and whoever goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 64 }), fc.nat(), (count, choice) => {
        const all = named(...Array.from({ length: count }, () => 1));
        const [gone] = all.toSpliced(0, choice % count);
        const left = all.filter((server) => server !== gone);
        const homes = (servers: readonly Candidate[]) =>
          schedule('mh', servers).slots.map((index) => servers[index]);
        const after = homes(left);
        const theirs = homes(all).flatMap((server, slot) =>
          server === gone ? [] : [[server, slot] as const],
        );
        const moved = theirs.filter(([server, slot]) => after[slot] !== server);
        assert.ok(moved.length / theirs.length < 0.05, `${moved.length} of ${theirs.length} moved`);
      }),
      { numRuns: 30 },
    );
  });
  it('is the same whatever order the servers come in', () => {
    const candidates = named(1, 4, 2);
    const names = (list: readonly Candidate[]) =>
      schedule('mh', list).slots.map((server) => list[server]?.name);
    const sorted = [...candidates].reverse().toSorted((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(names(sorted), names(candidates));
  });
});

describe('schedulers', () => {
  it('give all to the heaviest where the others only stand by', () => {
    assert.deepEqual(schedule('fo', named(1, 9, 3)).slots, [1]);
  });
  it('have no slots without servers', () => {
    for (const scheduler of ['rr', 'wrr', 'mh', 'fo', 'sh'] as const) {
      assert.deepEqual(schedule(scheduler, []).slots, []);
    }
  });
  it('say what they do where nftables has not what IPVS has', () => {
    const exact: readonly Scheduler[] = ['rr', 'wrr', 'sh', 'mh', 'dh', 'fo'];
    for (const scheduler of exact) assert.equal(approximation(scheduler), undefined);
    for (const scheduler of ['lc', 'wlc', 'sed', 'nq', 'lblc', 'lblcr', 'twos', 'ovf'] as const) {
      assert.match(approximation(scheduler) ?? '', /nftables does not know how many connections/);
    }
  });
});
