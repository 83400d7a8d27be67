import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentxErrors } from '../../wire/agentx.ts';
import { parseOid, type SnmpValue } from '../../wire/agentx-values.ts';
import type { SnmpPicture } from './picture.ts';
import { integer } from './values.ts';
import { testChanges } from './writing.ts';

const server = (name: string) => ({ model: { name }, now: { override: undefined } });
const picture = {
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
  return `${change?.order.service} > ${change?.order.server}`;
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
