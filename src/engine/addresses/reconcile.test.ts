import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instanceOf } from '../../../test/conformance/engine-model.ts';
import { linkNamed, observed } from '../../../test/conformance/recording-ports.ts';
import { address, parseCommand } from '../../../test/conformance/words.ts';
import type { Instant } from '../../base/units.ts';
import {
  isAddressing,
  type KernelOperation,
  type OperationResult,
  OWN_ADDRESS_PROTOCOL,
  type WantedAddress,
} from '../../ports.ts';
import { EntryKeeper } from '../entries/keeper.ts';
import { createMachine, type Machine } from '../machine.ts';
import { createWorld, type World } from '../world.ts';
import { Reconciler } from './reconcile.ts';

const eth0 = linkNamed('eth0', 2);
const NOW = 0 as Instant;
const FAILED: OperationResult = {
  done: false,
  error: { errno: 105, code: 'ENOBUFS', detail: '' },
};

interface Bench {
  readonly world: World;
  readonly reconciler: Reconciler;
}

function bench(lifetimes = false): Bench {
  const world = createWorld();
  world.replace({ links: [eth0], addresses: [], routes: [], rules: [] });
  const entries = new EntryKeeper({ world, outbox: { transmit: [], reports: [] } });
  return { world, reconciler: new Reconciler({ world, entries, lifetimes }) };
}

function machine(words: string, isMaster: boolean): Machine {
  const made = createMachine(instanceOf('VI', parseCommand(`VI ${words}`).options), undefined);
  return place(made, isMaster);
}

function place(one: Machine, isMaster: boolean): Machine {
  one.state = isMaster ? { kind: 'master', advertiseAt: NOW } : { kind: 'fault' };
  return one;
}

function words(operations: readonly KernelOperation[]): readonly string[] {
  return operations.map((operation) => {
    if (operation.kind === 'set-sysctl') return operation.name;
    if (!isAddressing(operation)) return operation.kind;
    const at = operation.kind === 'remove-address' ? operation.address : operation.address.address;
    return `${operation.kind.split('-')[0]} ${at}`;
  });
}

/** Carries everything out until nothing is left; returns what was done. */
function settle({ reconciler }: Bench, now = NOW): readonly string[] {
  const all: string[] = [];
  for (let round = 0; round < 100; round += 1) {
    const operations = reconciler.next(now);
    if (operations.length === 0) return all;
    all.push(...words(operations));
    const done: readonly OperationResult[] = operations.map(() => ({ done: true }));
    reconciler.answered(operations, done, now);
  }
  throw new Error('never settled');
}

test('whatever happens, the kernel ends up with the addresses of the masters and no others', () => {
  const change = fc.record({ who: fc.nat(3), isMaster: fc.boolean(), drift: fc.nat(7) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const on = bench();
      // Neighbours share an address, so that it has two holders.
      const machines = [0, 1, 2, 3].map((n) =>
        machine(`vrid=${n + 1} vip=10.0.0.${n}/32,10.0.0.${n + 1}/32`, false),
      );
      for (const each of machines) on.reconciler.track(each);
      for (const { who, isMaster, drift } of changes) {
        const one = machines[who];
        assert.ok(one !== undefined);
        on.reconciler.touch(place(one, isMaster));
        const entry = observed(eth0.index, address(`10.0.0.${drift >> 1}`), 32, 0);
        const kind = drift % 2 === 0 ? 'address' : 'address-gone';
        on.reconciler.disturbed({ kind, address: entry, portId: 1 }, NOW);
        on.world.change({ kind, address: entry, portId: 1 });
      }
      settle(on);
      const held = [...on.world.addressesOn(eth0.index)].map((entry) => String(entry.address));
      const wanted = machines
        .filter(({ state }) => state.kind === 'master')
        .flatMap(({ model }) => model.addresses.map((virtual) => String(virtual.address)));
      assert.deepEqual(held.toSorted(), [...new Set(wanted)].toSorted());
      assert.ok(on.reconciler.settled);
    }),
  );
});

test('at most 64 operations at a time, and none twice before the answer', () => {
  const { reconciler } = bench();
  reconciler.track(machine('vip=none excluded=10.1.0.0+100', true));
  const first = reconciler.next(NOW);
  const second = reconciler.next(NOW);
  assert.equal(first.length, 64);
  assert.equal(second.length, 36);
  assert.deepEqual(reconciler.next(NOW), []);
  assert.equal(new Set(words([...first, ...second])).size, 100);
});

test('a refusal is tried again after a second, or when the state changes', () => {
  const { reconciler } = bench();
  const one = machine('', true);
  reconciler.track(one);
  const operations = reconciler.next(NOW);
  reconciler.answered(operations, [FAILED], NOW);
  assert.deepEqual(reconciler.next(999_999 as Instant), []);
  assert.equal(reconciler.deadline(NOW), 1_000_000);
  assert.deepEqual(words(reconciler.next(1_000_000 as Instant)), ['add 10.0.0.100']);
  reconciler.answered(operations, [FAILED], 1_000_000 as Instant);
  reconciler.touch(one);
  assert.deepEqual(words(reconciler.next(1_000_001 as Instant)), ['add 10.0.0.100']);
});

test('what a link refused that is gone by now keeps nobody waiting', () => {
  const { world, reconciler } = bench();
  const one = machine('', true);
  one.link = eth0;
  reconciler.track(one);
  reconciler.answered(reconciler.next(NOW), [FAILED], NOW);
  const anew = linkNamed('eth0', 3);
  world.replace({ links: [anew], addresses: [], routes: [], rules: [] });
  one.link = anew;
  reconciler.track(one);
  reconciler.touch(place(one, false));
  assert.deepEqual(reconciler.next(NOW), []);
  assert.equal(reconciler.settled, true);
});

test('a lifetime is renewed at a third of it, and not after the address has gone', () => {
  const on = bench(true);
  const one = machine('', true);
  on.reconciler.track(one);
  const [operation] = on.reconciler.next(NOW);
  assert.ok(operation?.kind === 'add-address');
  assert.equal((operation.address as WantedAddress).lifetime, 3);
  on.reconciler.answered([operation], [{ done: true }], NOW);
  assert.equal(settle(on, 999_999 as Instant).length, 0);
  assert.equal(on.reconciler.deadline(NOW), 1_000_000);
  assert.deepEqual(words(on.reconciler.next(1_000_000 as Instant)), ['renew 10.0.0.100']);
  on.reconciler.answered([operation], [{ done: true }], 1_000_000 as Instant);
  on.reconciler.touch(place(one, false));
  assert.deepEqual(settle(on, 1_500_000 as Instant), ['remove 10.0.0.100']);
  assert.deepEqual(settle(on, 9_000_000 as Instant), []);
});

test('a machine that is forgotten leaves its addresses to whoever holds them too', () => {
  const on = bench();
  const one = machine('vrid=1 vip=10.0.0.1/32,10.0.0.2/32', true);
  const other = machine('vrid=2 vip=10.0.0.2/32', true);
  on.reconciler.track(one);
  on.reconciler.track(other);
  settle(on);
  on.reconciler.forget(one);
  assert.deepEqual(settle(on), ['remove 10.0.0.1']);
});

test("an owner's own addresses are neither taken nor given a lifetime; ours of an earlier run are", () => {
  const on = bench(true);
  const native = observed(eth0.index, address('10.0.0.1'), 32, 0);
  const ours = observed(eth0.index, address('10.0.0.2'), 32, OWN_ADDRESS_PROTOCOL);
  on.world.replace({ links: [eth0], addresses: [native, ours], routes: [], rules: [] });
  const owner = machine('priority=255 vip=10.0.0.1/32,10.0.0.2/32', true);
  on.reconciler.track(owner);
  assert.deepEqual(settle(on), ['renew 10.0.0.2']);
  on.reconciler.touch(place(owner, false));
  assert.deepEqual(settle(on), ['remove 10.0.0.2']);
});

test('an address that is described differently is replaced, another spelling of its interface is nothing', () => {
  const on = bench();
  const one = machine('vip=10.0.0.1/24,10.0.0.2/24', true);
  on.reconciler.track(one);
  assert.deepEqual(settle(on), ['add 10.0.0.1', 'add 10.0.0.2']);
  const [first, second] = one.model.addresses;
  assert.ok(first !== undefined && second !== undefined);
  one.model = { ...one.model, addresses: [{ ...first, interface: 'eth0' }, second] };
  on.reconciler.track(one);
  assert.deepEqual(settle(on), []);
  one.model = { ...one.model, addresses: [first, { ...second, label: 'eth0:1' }] };
  on.reconciler.track(one);
  assert.deepEqual(settle(on), ['remove 10.0.0.2', 'add 10.0.0.2']);
  on.reconciler.track(one);
  assert.deepEqual(settle(on), []);
});

test('what was foreseen is asked for as the very same value, as long as it is right', () => {
  const { reconciler } = bench(true);
  const one = machine('vrid=1 vip=10.0.0.1/32,10.0.0.2/32', false);
  reconciler.track(one);
  const foreseen = reconciler.foresee(one);
  assert.equal(foreseen.length, 2);
  reconciler.touch(place(one, true));
  const asked = wantedBy(reconciler.next(NOW));
  for (const [index, wanted] of asked.entries()) assert.ok(wanted === foreseen[index]);
  reconciler.touch(place(one, false));
  // So many addresses more give each of them a longer lifetime.
  reconciler.track(machine('vrid=2 vip=none excluded=10.1.0.0+400', false));
  const [again] = reconciler.foresee(one);
  assert.ok(again !== undefined && again !== foreseen[0]);
  assert.notEqual(again.lifetime, foreseen[0]?.lifetime);
});

function wantedBy(operations: readonly KernelOperation[]): readonly WantedAddress[] {
  const wanted = operations.flatMap((one) => (one.kind === 'add-address' ? [one.address] : []));
  assert.equal(wanted.length, operations.length);
  return wanted;
}
