import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import { after, type Instant, seconds } from '../../base/units.ts';
import type { KernelChange, Link, OperationResult } from '../../ports.ts';
import { createWorld } from '../world.ts';
import { LinkBeliefs, type LinkManners } from './beliefs.ts';

const eth0 = linkNamed('eth0', 2);
const at = (count: number): Instant => after(0 as Instant, seconds(count));
const DELAYED: LinkManners = { delays: { eth0: { down: seconds(2), up: seconds(5) } }, polled: {} };

function bench(manners: LinkManners | undefined) {
  const world = createWorld();
  world.replace({ links: [eth0], addresses: [], routes: [], rules: [] });
  const beliefs = new LinkBeliefs(world);
  beliefs.learn(manners);
  return {
    beliefs,
    /** What is believed to run after the kernel has told this. */
    tell(running: boolean, now: Instant, more: Partial<Link> = {}): boolean {
      const link = { ...eth0, running, ...more };
      world.change(beliefs.believe({ kind: 'link', link }, now));
      return world.linkNamed('eth0')?.running ?? false;
    },
    pass(now: Instant): boolean {
      for (const change of beliefs.due(now)) world.change(change);
      return world.linkNamed('eth0')?.running ?? false;
    },
    answer(result: OperationResult, now: Instant): number {
      const operations = beliefs.take(now);
      for (const operation of operations) beliefs.answered(operation, result, now);
      return operations.length;
    },
  };
}

test('without manners the word of the kernel counts at once', () => {
  const { beliefs, tell } = bench(undefined);
  assert.equal(tell(false, at(0)), false);
  assert.equal(beliefs.deadline(at(0)), undefined);
});

test('a link is down when it has been down for long enough, and up the same', () => {
  const { beliefs, tell, pass } = bench(DELAYED);
  assert.equal(tell(false, at(0)), true);
  assert.equal(beliefs.deadline(at(0)), at(2));
  assert.equal(pass(at(1)), true);
  assert.equal(pass(at(2)), false);
  assert.equal(tell(true, at(10)), false);
  assert.equal(pass(at(14)), false);
  assert.equal(pass(at(15)), true);
  assert.equal(beliefs.deadline(at(15)), undefined);
});

test('a link that flaps faster than its delay is what it was', () => {
  const { beliefs, tell, pass } = bench(DELAYED);
  for (let second = 0; second < 20; second += 1) {
    tell(second % 2 === 1, at(second));
    assert.equal(pass(at(second)), true);
  }
  assert.equal(beliefs.deadline(at(20)), undefined);
});

test('what is told again while it waits does not begin anew, and other news of the link counts at once', () => {
  const { beliefs, tell } = bench(DELAYED);
  tell(false, at(0));
  tell(false, at(1), { mtu: 9_000 });
  assert.equal(beliefs.deadline(at(1)), at(2));
});

test('notifications that were lost do not end the wait', () => {
  const { beliefs, pass } = bench(DELAYED);
  const state = { addresses: [], routes: [], rules: [] };
  const links = [{ ...eth0, running: false }];
  const change: KernelChange = { kind: 'resynchronised', state: { ...state, links } };
  const believed = beliefs.believe(change, at(0));
  assert.equal(believed.kind === 'resynchronised' && believed.state.links[0]?.running, true);
  assert.equal(pass(at(2)), false);
});

test('a link that is gone is not waited for', () => {
  const { beliefs, tell } = bench(DELAYED);
  tell(false, at(0));
  beliefs.believe({ kind: 'link-gone', index: eth0.index }, at(1));
  assert.deepEqual([beliefs.due(at(9)), beliefs.deadline(at(9))], [[], undefined]);
});

test('a carrier is asked for every second, and what the driver says counts', () => {
  const { beliefs, tell, pass, answer } = bench({ delays: {}, polled: { eth0: 'ETHTOOL' } });
  assert.equal(answer({ done: true, was: 'up' }, at(0)), 1);
  assert.equal(answer({ done: true, was: 'up' }, at(0.5)), 0);
  assert.equal(beliefs.deadline(at(0.5)), at(1));
  assert.equal(answer({ done: true, was: 'down' }, at(1)), 1);
  assert.equal(beliefs.deadline(at(1)), at(1));
  assert.equal(pass(at(1)), false);
  assert.equal(tell(true, at(1.5)), false, 'the kernel believes what the driver never told');
  answer({ done: true, was: 'up' }, at(2));
  assert.equal(pass(at(2)), true);
});

test('a driver that cannot say is not asked again; a link that is gone is when it is back', () => {
  const refused = { errno: 95, code: 'EOPNOTSUPP', detail: '' };
  const { answer } = bench({ delays: {}, polled: { eth0: 'MII' } });
  answer({ done: false, error: { ...refused, code: 'ENODEV' } }, at(0));
  assert.equal(answer({ done: false, error: refused }, at(1)), 1);
  assert.equal(answer({ done: true, was: 'up' }, at(2)), 0);
});
