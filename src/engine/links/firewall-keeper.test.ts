import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../base/address.ts';
import { after, type Instant, seconds } from '../../base/units.ts';
import type { Firewall, KernelOperation, OperationResult } from '../../ports.ts';
import type { Outbox } from '../mover.ts';
import { FirewallKeeper } from './firewall-keeper.ts';

const NOW = 0 as Instant;
const later = (count: number): Instant => after(NOW, seconds(count));
const FIREWALL: Firewall = {
  name: 'keepalived',
  priority: -1,
  counters: false,
  addresses: ['10.0.0.1' as Address],
  scoped: [],
};
const FAILED: OperationResult = {
  done: false,
  error: { errno: 95, code: 'EOPNOTSUPP', detail: '' },
};

function bench() {
  const outbox: Outbox = { transmit: [], reports: [] };
  const keeper = new FirewallKeeper(outbox);
  return {
    keeper,
    outbox,
    step(now: Instant, result: OperationResult = { done: true }): readonly string[] {
      const operations = keeper.take(now);
      for (const operation of operations) keeper.answered(operation, result, now);
      return operations.map(words);
    },
  };
}

function words(operation: KernelOperation): string {
  assert.ok(operation.kind === 'set-firewall');
  return [operation.firewall.name, ...operation.firewall.addresses].join(' ');
}

test('a table is written once, and looked after every ten seconds', () => {
  const { keeper, step } = bench();
  keeper.want(FIREWALL);
  assert.equal(keeper.deadline(NOW), NOW);
  assert.deepEqual(step(NOW), ['keepalived 10.0.0.1']);
  keeper.want({ ...FIREWALL });
  assert.deepEqual(step(later(9)), []);
  assert.equal(keeper.deadline(NOW), later(10));
  assert.deepEqual(step(later(10)), ['keepalived 10.0.0.1']);
});

test('without such addresses there is nothing to do, ever', () => {
  const { keeper, step } = bench();
  keeper.want(undefined);
  assert.deepEqual(step(NOW), []);
  assert.equal(keeper.deadline(NOW), undefined);
});

test('another configuration is another table; one of another name leaves none behind', () => {
  const { keeper, step } = bench();
  keeper.want(FIREWALL);
  step(NOW);
  keeper.want({ ...FIREWALL, addresses: ['10.0.0.2' as Address] });
  assert.deepEqual(step(NOW), ['keepalived 10.0.0.2']);
  keeper.want({ ...FIREWALL, name: 'held' });
  assert.deepEqual(step(NOW), ['keepalived', 'held 10.0.0.1']);
  keeper.want(undefined);
  assert.deepEqual(step(NOW), ['held']);
  assert.equal(keeper.deadline(NOW), undefined);
});

test('a kernel that refuses is asked every second, and told of once', () => {
  const { keeper, outbox, step } = bench();
  keeper.want(FIREWALL);
  step(NOW, FAILED);
  assert.equal(keeper.deadline(NOW), later(1));
  step(later(1), FAILED);
  assert.deepEqual(
    outbox.reports.map(({ kind }) => kind),
    ['firewall-failed'],
  );
  assert.deepEqual(step(later(2)), ['keepalived 10.0.0.1']);
  assert.equal(keeper.deadline(NOW), later(12));
});

test('at the end the table goes after what else is to go', () => {
  const { keeper, step } = bench();
  keeper.want(FIREWALL);
  step(NOW);
  keeper.stop();
  assert.deepEqual([step(NOW), keeper.settled], [[], false]);
  assert.deepEqual([step(NOW), keeper.settled], [['keepalived'], true]);
});
