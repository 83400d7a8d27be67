import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import { milliseconds, seconds } from '../../base/units.ts';
import type { BfdModel } from '../bfd/model.ts';
import { planSessions } from './sessions.ts';

function session(name: string, neighbour: string, interval = 100): BfdModel {
  const address = parseAddress(neighbour);
  invariant(address !== undefined, 'it is an address');
  return {
    name,
    neighbour: address,
    source: undefined,
    multihop: false,
    minTransmit: milliseconds(interval),
    minReceive: milliseconds(100),
    idleTransmit: seconds(1),
    multiplier: 3,
    passive: false,
    hopLimit: 255,
    hopLimitLeast: 255,
    forFailover: true,
    forChecks: true,
    tracked: true,
  };
}

test('another interval is negotiated, another neighbour is another session', () => {
  const before = [
    session('same', '192.0.2.1'),
    session('slower', '192.0.2.2'),
    session('moved', '192.0.2.3'),
    session('gone', '192.0.2.4'),
  ];
  const after = [
    session('same', '192.0.2.1'),
    session('slower', '192.0.2.2', 300),
    session('moved', '192.0.2.33'),
    session('new', '192.0.2.5'),
  ];
  const told = planSessions(before, after).map(({ kind, name }) => `${kind} ${name}`);
  assert.deepEqual(told, ['keep same', 'adjust slower', 'restart moved', 'add new', 'remove gone']);
  assert.deepEqual(planSessions(undefined, undefined), []);
});
