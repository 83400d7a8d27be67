import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../../test/conformance/engine-model.ts';
import { address, parseCommand } from '../../../test/conformance/words.ts';
import { type Instant, seconds } from '../../base/units.ts';
import type { LinkIndex, ReceivedDatagram } from '../../ports.ts';
import { type ChecksumForm, decodeAdvertisement, encodeAdvertisement } from '../../wire/vrrp.ts';
import { createMachine, type Machine } from '../machine.ts';
import { advertisementOf } from './advertiser.ts';
import { decodeHeard } from './checksum-form.ts';

const PEER = address('10.0.0.2');
const OWN = address('10.0.0.1');

function machine(words: string, oldUnicastChecksum?: 'always' | 'never'): Machine {
  const model = instanceOf('VI', parseCommand(`VI ${words}`).options);
  const old = oldUnicastChecksum === undefined ? {} : { oldUnicastChecksum };
  const made = createMachine({ ...model, ...old }, undefined);
  made.source = OWN;
  return made;
}

function heard(checksum: ChecksumForm, destination = OWN): ReceivedDatagram {
  const payload = encodeAdvertisement(
    {
      version: 3,
      virtualRouterId: 10,
      priority: 100,
      interval: seconds(1),
      addresses: [address('10.0.0.100')],
      authentication: { kind: 'none' },
    },
    { family: 'ipv4', source: PEER, destination, checksum },
  );
  const link = 2 as LinkIndex;
  return { link, source: PEER, destination, hopLimit: 255, payload, receivedAt: 0 as Instant };
}

/** The form of what it sends. */
function sends(one: Machine): ChecksumForm | undefined {
  const [datagram] = advertisementOf(one, false);
  assert.ok(datagram !== undefined);
  const { source, destination, payload } = datagram;
  const forms: readonly ChecksumForm[] = ['standard', 'multicast-destination'];
  return forms.find((checksum) => {
    // The standard form is believed beside any other.
    const envelope = { family: 'ipv4', source, destination, checksum } as const;
    return decodeAdvertisement(payload, envelope).ok;
  });
}

test('a unicast peer of the old form is understood, and answered in it until it speaks the standard', () => {
  const one = machine(`unicast=${PEER}`);
  assert.equal(sends(one), 'standard');
  assert.ok(decodeHeard(one, heard('multicast-destination')).ok);
  assert.equal(sends(one), 'multicast-destination');
  assert.ok(decodeHeard(one, heard('standard')).ok);
  assert.equal(sends(one), 'standard');
});

test('"never" neither understands nor speaks it; without it both are done from the start', () => {
  const never = machine(`unicast=${PEER}`, 'never');
  assert.equal(decodeHeard(never, heard('multicast-destination')).ok, false);
  assert.equal(sends(never), 'standard');
  assert.equal(sends(machine(`unicast=${PEER}`, 'always')), 'multicast-destination');
});

test('multicast and other damage have nothing to do with it', () => {
  const group = address('224.0.0.18');
  const multicast = machine('');
  assert.ok(decodeHeard(multicast, heard('standard', group)).ok);
  assert.equal(multicast.hearsOldChecksum, false);
  const one = machine(`unicast=${PEER}`);
  const damaged = heard('standard');
  const payload = damaged.payload.slice();
  payload[2] = 99;
  assert.equal(decodeHeard(one, { ...damaged, payload }).ok, false);
  assert.equal(one.hearsOldChecksum, false);
});
