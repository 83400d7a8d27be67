import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentxErrors } from '../../wire/agentx.ts';
import { parseOid, type SnmpValue } from '../../wire/agentx-values.ts';
import type { SnmpPicture } from './picture.ts';
import { integer } from './values.ts';
import { testChanges } from './writing.ts';

const server = (name: string) => ({ model: { name }, now: { override: undefined } });
const router = (name: string, priority: number) => ({ model: { name, priority, preempt: true } });
const picture = {
  instances: [router('VI_1', 100), router('VI_2', 255)],
  services: [
    { model: { id: 'tcp 192.0.2.1:80', sorry: {} }, servers: [server('a'), server('b')] },
    { model: { id: 'mark 5 ipv4', sorry: undefined }, servers: [server('c')] },
  ],
} as unknown as SnmpPicture;

function tried(index: string, value: SnmpValue, column = 7) {
  const oid = parseOid(`1.3.6.1.4.1.9586.100.5.3.4.1.${column}.${index}`);
  const tested = testChanges([{ oid, value }], picture);
  if (!tested.ok) return tested.error;
  const [change] = tested.changes;
  const { wanted } = change ?? {};
  return wanted !== undefined && 'service' in wanted ? `${wanted.service} > ${wanted.server}` : '';
}

test('a sorry server has the first row of its service, and no weight', () => {
  assert.equal(tried('1.1', integer(5)), agentxErrors.notWritable);
  assert.equal(tried('1.2', integer(5)), 'tcp 192.0.2.1:80 > a');
  assert.equal(tried('2.1', integer(0)), 'mark 5 ipv4 > c');
  assert.equal(tried('2.2', integer(5)), agentxErrors.notWritable);
  assert.equal(tried('1.2', integer(5), 8), agentxErrors.notWritable);
});

test('a weight is a number that the kernel takes', () => {
  assert.equal(tried('1.2', { kind: 'gauge', value: 5 }), agentxErrors.wrongType);
  assert.equal(tried('1.2', integer(-1)), agentxErrors.wrongValue);
  assert.equal(tried('1.2', integer(65_536)), agentxErrors.wrongValue);
});

test('the priority and the preemption of an instance; whether it owns the addresses is not for others to say', () => {
  const ordered = (column: number, row: number, value: number) => {
    const oid = parseOid(`1.3.6.1.4.1.9586.100.5.2.3.1.${column}.${row}`);
    const tested = testChanges([{ oid, value: integer(value) }], picture);
    return tested.ok ? tested.changes[0] : tested.error;
  };
  const order = (setting: object) => ({ instance: 'VI_1', setting });
  assert.deepEqual(ordered(7, 1, 77), {
    wanted: order({ kind: 'priority', priority: 77 }),
    before: order({ kind: 'priority', priority: 100 }),
  });
  assert.deepEqual(ordered(13, 1, 2), {
    wanted: order({ kind: 'preempt', preempt: false }),
    before: order({ kind: 'preempt', preempt: true }),
  });
  for (const refused of [
    ordered(7, 1, 0),
    ordered(7, 1, 255),
    ordered(7, 2, 100),
    ordered(13, 1, 3),
  ]) {
    assert.equal(refused, agentxErrors.wrongValue);
  }
  for (const fixed of [ordered(7, 3, 77), ordered(8, 1, 77), ordered(27, 1, 1)]) {
    assert.equal(fixed, agentxErrors.notWritable);
  }
});
