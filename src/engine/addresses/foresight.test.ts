import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../../test/conformance/engine-model.ts';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import { parseCommand } from '../../../test/conformance/words.ts';
import { type Instant, instant } from '../../base/units.ts';
import { EntryKeeper } from '../entries/keeper.ts';
import { createMachine, type Machine } from '../machine.ts';
import { createWorld } from '../world.ts';
import { Foresight } from './foresight.ts';
import { Reconciler } from './reconcile.ts';

const NOW = instant(1_000);

function bench(addresses: string) {
  const world = createWorld();
  world.replace({ links: [linkNamed('eth0', 2)], addresses: [], routes: [], rules: [] });
  const entries = new EntryKeeper({ world, outbox: { transmit: [], reports: [] } });
  const reconciler = new Reconciler({ world, entries, lifetimes: true });
  const options = parseCommand(`VI vrid=1 ${addresses}`).options;
  const machine = createMachine(instanceOf('VI', options), undefined);
  reconciler.track(machine);
  return { foresight: new Foresight(reconciler), machine };
}

function asBackup(machine: Machine): Machine {
  const rest = { heard: undefined, discarded: undefined, preemptAt: undefined };
  const { advertInterval: masterInterval } = machine.model;
  const wait = { waitingSince: NOW, waitingFor: 'silence', downAt: NOW } as const;
  machine.state = { kind: 'backup', ...wait, masterInterval, ...rest };
  return machine;
}

test('a backup of many addresses gets them ready, so many at a time', () => {
  const { foresight, machine } = bench('vip=none excluded=10.1.0.0+150');
  assert.equal(foresight.deadline(), undefined);
  foresight.unsettled([asBackup(machine)], NOW);
  const counts: number[] = [];
  const seen = new Set<string>();
  for (let at = foresight.deadline(); at !== undefined; at = foresight.deadline()) {
    assert.deepEqual(foresight.take((at - 1) as Instant), [], 'not before its time');
    const ready = foresight.take(at);
    counts.push(ready.length);
    for (const { address } of ready) seen.add(address);
  }
  assert.deepEqual(counts, [64, 64, 22]);
  assert.equal(seen.size, 150);
});

test('a master, and whoever has few, has nothing to get ready', () => {
  const few = bench('vip=10.0.0.1/32,10.0.0.2/32');
  few.foresight.unsettled([asBackup(few.machine)], NOW);
  assert.equal(few.foresight.deadline(), undefined);
  const { foresight, machine } = bench('vip=none excluded=10.1.0.0+150');
  foresight.unsettled([asBackup(machine)], NOW);
  machine.state = { kind: 'master', advertiseAt: NOW };
  const at = foresight.deadline();
  assert.ok(at !== undefined);
  assert.deepEqual(foresight.take(at), []);
  foresight.unsettled([machine], NOW);
  assert.equal(foresight.deadline(), undefined);
});
