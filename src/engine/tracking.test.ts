import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instanceOf } from '../../test/conformance/engine-model.ts';
import { linkNamed, observed } from '../../test/conformance/recording-ports.ts';
import { address, parseCommand } from '../../test/conformance/words.ts';
import type { Link, LinkAddress } from '../ports.ts';
import type { GroupModel, InstanceModel } from './model.ts';
import { faultsOf, prioritySum, type Surroundings, sourceOf, type Verdict } from './tracking.ts';
import { createWorld } from './world.ts';

const eth0 = linkNamed('eth0', 2);
const eth1 = { ...linkNamed('eth1', 3), running: false };
const NOTHING_KNOWN: Readonly<Record<string, Verdict['verdict']>> = {};

function model(words: string): InstanceModel {
  return instanceOf('VI_1', parseCommand(`VI_1 ${words}`).options);
}

function around(
  verdicts = NOTHING_KNOWN,
  addresses: readonly LinkAddress[] = [],
  links: readonly Link[] = [eth0, eth1],
): Surroundings {
  const world = createWorld();
  world.replace({ links, addresses, routes: [], rules: [] });
  const known = Object.entries(verdicts).map(
    ([tracker, verdict]) => [tracker, { verdict, detail: '' }] as const,
  );
  return { world, verdicts: new Map(known), virtual: new Set(), socketErrors: new Map() };
}

function sum(words: string, verdicts = NOTHING_KNOWN): number {
  return prioritySum(model(words), undefined, around(verdicts)).effective;
}

test('what a weight adds, by its sign, its reverse and its verdict', () => {
  const table = [
    [30, '', 'up', 130],
    [30, '', 'down', 100],
    [-30, '', 'up', 100],
    [-30, '', 'down', 70],
    [30, '@reverse', 'up', 70],
    [30, '@reverse', 'down', 100],
    [-30, '@reverse', 'up', 100],
    [-30, '@reverse', 'down', 130],
    [30, '', 'pending', 100],
    [-30, '', 'pending', 100],
    [0, '', 'down', 100],
  ] as const;
  for (const [weight, reverse, verdict, effective] of table) {
    const words = `priority=100 tracker=script:a@${weight}${reverse}`;
    assert.equal(sum(words, { 'script:a': verdict }), effective, `${words} ${verdict}`);
  }
});

test('interfaces weigh by whether they are up and running', () => {
  assert.equal(sum('priority=100 track_interface=eth0@10,eth1@20,eth9@40'), 110);
  assert.equal(sum('priority=100 track_interface=eth0@-10,eth1@-20,eth9@-40'), 40);
});

test('the effective priority lies within 1 and 254, and the sum of its terms explains it', () => {
  const weights = fc.array(fc.integer({ min: -253, max: 253 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 254 }), weights, fc.boolean(), (base, all, isUp) => {
      const names = all.map((_, index) => `script:${index}`);
      const trackers = names.map((name, index) => `${name}@${all[index]}`).join();
      const verdicts = Object.fromEntries(
        names.map((name) => [name, isUp ? 'up' : 'down'] as const),
      );
      const words = `priority=${base} tracker=${trackers}`;
      const { terms, effective } = prioritySum(model(words), undefined, around(verdicts));
      const exact = terms.reduce((total, { amount }) => total + amount, base);
      assert.equal(effective, Math.max(1, Math.min(254, exact)));
      assert.equal(
        terms.length,
        all.filter((weight) => weight !== 0 && weight > 0 === isUp).length,
      );
    }),
  );
});

test('an owner is never moved, and a member of a group not by its own weights', () => {
  const words = 'priority=255 tracker=script:a@-100';
  assert.equal(sum(words, { 'script:a': 'down' }), 255);
  const group: GroupModel = {
    name: 'G',
    members: ['VI_1'],
    trackedInterfaces: [],
    trackers: [],
    memberWeights: false,
  };
  const member = model('priority=100 tracker=script:a@-30');
  const known = around({ 'script:a': 'down' });
  assert.equal(prioritySum(member, group, known).effective, 100);
  assert.equal(prioritySum(member, { ...group, memberWeights: true }, known).effective, 70);
});

test('faults: the interface, the source, trackers of weight 0, and their reverse', () => {
  const source = address('10.0.0.1');
  const kinds = (words: string, has = true, verdicts = NOTHING_KNOWN): readonly string[] =>
    faultsOf(model(words), has ? source : undefined, around(verdicts)).map(({ kind }) => kind);
  assert.deepEqual(kinds(''), []);
  assert.deepEqual(kinds('if=eth9'), ['interface-missing']);
  assert.deepEqual(kinds('if=eth1'), ['interface-down']);
  assert.deepEqual(kinds('if=eth1 dont_track_primary'), []);
  assert.deepEqual(kinds('', false), ['no-source-address']);
  assert.deepEqual(kinds('track_interface=eth1'), ['tracked-interface']);
  assert.deepEqual(kinds('track_interface=eth0@0@reverse'), ['tracked-interface']);
  assert.deepEqual(kinds('track_interface=eth1@-5'), []);
  assert.deepEqual(kinds('tracker=script:a', true, { 'script:a': 'down' }), ['tracker']);
  assert.deepEqual(kinds('tracker=script:a', true, { 'script:a': 'pending' }), []);
  assert.deepEqual(kinds('tracker=script:a@0@reverse', true, { 'script:a': 'up' }), ['tracker']);
});

test('the source: as configured, else the first address that is neither virtual nor of another kind', () => {
  const own = observed(eth0.index, address('10.0.0.1'), 24, 0);
  const virtual = observed(eth0.index, address('10.0.0.100'), 24, 0);
  const local = observed(eth0.index, address('fe80::1'), 64, 0);
  const global = observed(eth0.index, address('2001:db8::1'), 64, 0);
  const known = around({}, [global, virtual, local, own]);
  const held = { ...known, virtual: new Set([virtual.address]) };
  assert.equal(sourceOf(model(''), eth0, held), own.address);
  assert.equal(sourceOf(model('ipv6'), eth0, held), local.address);
  assert.equal(sourceOf(model('ipv6 unicast=2001:db8::2'), eth0, held), global.address);
  assert.equal(sourceOf(model('source=192.0.2.1'), eth0, held), address('192.0.2.1'));
  assert.equal(sourceOf(model('source=192.0.2.1 track_src_ip'), eth0, held), undefined);
  assert.equal(sourceOf(model('source=10.0.0.1 track_src_ip'), eth0, held), own.address);
});

test('the weights of a group count for its members, theirs only where the group lets them', () => {
  const tracker = { tracker: 'script:g', weight: -20, reverse: false };
  const group: GroupModel = {
    name: 'G',
    members: ['VI_1'],
    trackedInterfaces: [],
    trackers: [tracker],
    memberWeights: false,
  };
  const instance = model('priority=100 tracker=script:a@-7');
  const seen = around({ 'script:a': 'down', 'script:g': 'down' });
  assert.equal(prioritySum(instance, group, seen).effective, 80);
  assert.equal(prioritySum(instance, { ...group, memberWeights: true }, seen).effective, 73);
});

test('the source stays as long as it is there', () => {
  const one = observed(eth0.index, address('10.0.0.1'), 24, 0);
  const two = observed(eth0.index, address('10.0.0.2'), 24, 0);
  const instance = model('priority=100');
  const both = around(NOTHING_KNOWN, [two, one]);
  assert.equal(sourceOf(instance, eth0, both), '10.0.0.2');
  assert.equal(sourceOf(instance, eth0, both, address('10.0.0.1')), '10.0.0.1');
  assert.equal(
    sourceOf(instance, eth0, around(NOTHING_KNOWN, [two]), address('10.0.0.1')),
    '10.0.0.2',
  );
});

test('a number times its weight: capped above, a fault from -254 on, nothing for an owner', () => {
  const weighed = (words: string, number: number) => {
    const seen = { verdict: number === 0 ? 'up' : 'down', number, detail: '' } as const;
    const known = { ...around(), verdicts: new Map([['file:f', seen]]) };
    const instance = model(words);
    const faults = faultsOf(instance, address('10.0.0.1'), known).length;
    return [prioritySum(instance, undefined, known).effective, faults];
  };
  assert.deepEqual(weighed('priority=100 tracker=file:f@-10', 5), [50, 0]);
  assert.deepEqual(weighed('priority=100 tracker=file:f@-10@reverse', 5), [150, 0]);
  assert.deepEqual(weighed('priority=100 tracker=file:f@2', 0), [100, 0]);
  assert.deepEqual(weighed('priority=1 tracker=file:f@200', 2_000_000_000), [254, 0]);
  assert.deepEqual(weighed('priority=254 tracker=file:f@-1', 253), [1, 0]);
  assert.deepEqual(weighed('priority=254 tracker=file:f@-1', 254), [1, 1]);
  assert.deepEqual(weighed('priority=255 tracker=file:f@-1', 254), [255, 0]);
  assert.deepEqual(weighed('priority=100 tracker=file:f@0', 1), [100, 1]);
});
