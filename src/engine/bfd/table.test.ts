import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import { instant, milliseconds, seconds } from '../../base/units.ts';
import { newSession } from '../../protocol/bfd/state.ts';
import type { BfdModel } from './model.ts';
import { createSession } from './session.ts';
import { SessionTable } from './table.ts';

function address(text: string) {
  const parsed = parseAddress(text);
  invariant(parsed !== undefined, `${text} is an address`);
  return parsed;
}

const neighbour = address('fe80::2');
const own = address('fe80::1');
const start = instant(0);

function sessionOver(link: string | undefined, discriminator: number) {
  const model: BfdModel = {
    name: `s${discriminator}`,
    neighbour,
    source: undefined,
    ...(link === undefined ? {} : { interface: link }),
    multihop: false,
    minTransmit: milliseconds(100),
    minReceive: milliseconds(100),
    idleTransmit: seconds(1),
    multiplier: 3,
    passive: false,
    hopLimit: 255,
    hopLimitLeast: 255,
    forFailover: true,
    forChecks: true,
    tracked: false,
  };
  const state = newSession(model, discriminator, start);
  return createSession({ model, state, sourcePort: 50_000, now: start });
}

test('one link-local address on two links is two neighbours', () => {
  const table = new SessionTable();
  table.add(sessionOver('eth0', 1));
  table.add(sessionOver('eth1', 2));
  const over = (link: string | undefined) =>
    table.between(neighbour, own, { multihop: false, interface: link })?.model.name;
  assert.deepEqual(
    [over('eth0'), over('eth1'), over('eth2'), over(undefined)],
    [...['s1', 's2', undefined, undefined]],
  );
  table.add(sessionOver(undefined, 3));
  assert.deepEqual([over('eth1'), over('eth2')], ['s2', 's3']);
});
