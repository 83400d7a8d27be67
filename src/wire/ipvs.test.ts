import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Address, addressFromBytes, type Family } from '../base/address.ts';
import { decodeFamily, decodeGeneric, encodeFamilyRequest, encodeGeneric } from './genetlink.ts';
import {
  decodeDaemonMessage,
  decodeDestinationMessage,
  decodeInfo,
  decodeServiceMessage,
  decodeTimeouts,
  encodeDaemon,
  encodeDestination,
  encodeService,
  encodeServiceRequest,
  encodeTimeouts,
  IPVS_CMD_NEW_DAEMON,
  IPVS_CMD_NEW_DEST,
  IPVS_CMD_NEW_SERVICE,
  serviceKey,
} from './ipvs.ts';
import { decodeCounters } from './ipvs-counters.ts';
import type { SyncDaemonEntry } from './ipvs-daemon.ts';
import type { Destination } from './ipvs-destination.ts';
import type { VirtualService, VirtualServiceKey } from './ipvs-service.ts';
import { encodePayload, type NetlinkMessage, uint32Attribute } from './netlink.ts';

const word = fc.nat(0xffff_ffff);
const port = fc.nat(0xffff);
const byte = fc.nat(0xff);
const name = fc.stringMatching(/^[a-z0-9_]{1,15}$/);
const family = fc.constantFrom<Family>('ipv4', 'ipv6');

function addressIn(kind: Family): fc.Arbitrary<Address> {
  const length = kind === 'ipv4' ? 4 : 16;
  return fc.uint8Array({ minLength: length, maxLength: length }).map(known);
}

function known(bytes: Uint8Array): Address {
  const address = addressFromBytes(bytes);
  assert.ok(address !== undefined);
  return address;
}

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

const plain = { noNullPrototype: true } as const;

const key: fc.Arbitrary<VirtualServiceKey> = family.chain((kind) =>
  fc.oneof(
    fc.record(
      {
        kind: fc.constant('address' as const),
        protocol: fc.constantFrom(6, 17, 132),
        address: addressIn(kind),
        port,
        family: fc.constant(kind),
      },
      plain,
    ),
    fc.record({ kind: fc.constant('mark' as const), family: fc.constant(kind), mark: word }, plain),
  ),
);

const service: fc.Arbitrary<VirtualService> = key.chain((one) =>
  fc.record(
    {
      key: fc.constant(one),
      scheduler: name,
      flags: word,
      timeout: word,
      prefix: fc.nat(one.family === 'ipv4' ? 32 : 128),
      engine: maybe(name),
    },
    plain,
  ),
);

const destination: fc.Arbitrary<Destination> = fc.record(
  {
    address: family.chain(addressIn),
    port,
    settings: fc.record(
      {
        method: fc.nat(4),
        weight: word,
        upper: word,
        lower: word,
        tunnel: maybe(fc.record({ type: byte, port, flags: port }, plain)),
      },
      plain,
    ),
  },
  plain,
);

const daemon: fc.Arbitrary<SyncDaemonEntry> = fc.record(
  {
    role: fc.constantFrom<'master' | 'backup'>('master', 'backup'),
    interface: name,
    id: byte,
    maximumLength: maybe(port),
    group: maybe(family.chain(addressIn)),
    port: maybe(port),
    ttl: maybe(byte),
  },
  plain,
);

describe('IPVS messages', () => {
  it('give a service back as it was', () => {
    fc.assert(
      fc.property(service, (one) => {
        const told = decodeServiceMessage(carry(encodeService(IPVS_CMD_NEW_SERVICE, one)));
        assert.ok(told !== undefined);
        const { counters, ...rest } = told;
        assert.deepEqual(rest, one);
        assert.equal(counters.connections, 0);
      }),
    );
  });

  it('give a destination back as it was, whatever the family of its service', () => {
    fc.assert(
      fc.property(key, destination, (of, one) => {
        const bytes = encodeDestination(IPVS_CMD_NEW_DEST, serviceKey(of), one);
        const told = decodeDestinationMessage(carry(bytes), of.family);
        assert.ok(told !== undefined);
        const { address: at, port: on, settings } = told;
        assert.deepEqual({ address: at, port: on, settings }, one);
      }),
    );
  });

  it('give a daemon back as it was', () => {
    fc.assert(
      fc.property(daemon, (one) => {
        const told = decodeDaemonMessage(carry(encodeDaemon(IPVS_CMD_NEW_DAEMON, one)));
        assert.deepEqual(told, one);
      }),
    );
  });

  it('give timeouts back as they were', () => {
    const timeouts = fc.record({ tcp: maybe(word), tcpFin: maybe(word), udp: maybe(word) }, plain);
    fc.assert(
      fc.property(timeouts, (one) => {
        assert.deepEqual(decodeTimeouts(carry(encodeTimeouts(one))), one);
      }),
    );
  });
});

describe('IPVS decoders', () => {
  it('take whatever bytes there are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const message = carry(bytes);
        decodeServiceMessage(message);
        decodeDestinationMessage(message, 'ipv4');
        decodeDaemonMessage(message);
        decodeTimeouts(message);
        decodeInfo(message);
        decodeFamily(message);
      }),
    );
  });

  it('take a service with any byte changed', () => {
    const changed = fc.tuple(service, fc.nat(400), byte);
    fc.assert(
      fc.property(changed, ([one, at, value]) => {
        const bytes = encodeService(IPVS_CMD_NEW_SERVICE, one);
        bytes[at % bytes.length] = value;
        decodeServiceMessage(carry(bytes));
      }),
    );
  });
});

describe('IPVS encoders', () => {
  it('write ports and masks in network order, all else in the host’s', () => {
    const bytes = encodeService(IPVS_CMD_NEW_SERVICE, {
      key: {
        kind: 'address',
        protocol: 6,
        address: known(Uint8Array.of(192, 0, 2, 1)),
        port: 80,
        family: 'ipv4',
      },
      scheduler: 'rr',
      flags: 1,
      timeout: 300,
      prefix: 20,
      engine: undefined,
    });
    const hex = Buffer.from(bytes).toString('hex');
    assert.match(hex, /^01010000/);
    assert.ok(hex.includes(`06000200${'06000000'}14000300${'c0000201'}`));
    assert.ok(hex.includes('06000400' + '0050' + '0000'));
    assert.ok(hex.includes('08000800' + '2c010000'));
    assert.ok(hex.includes('08000900' + 'fffff000'));
  });
});

describe('IPVS counters', () => {
  const narrow = encodePayload(new Uint8Array(0), [uint32Attribute(1, 5), uint32Attribute(2, 6)]);
  it('come from the narrow form where there is no other', () => {
    const { connections, packetsIn, bytesIn } = decodeCounters(undefined, narrow);
    assert.deepEqual([connections, packetsIn, bytesIn], [5, 6, 0]);
  });
  it('come from the wide form where there is one', () => {
    const value = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
    const wide = encodePayload(new Uint8Array(0), [{ type: 1, value }]);
    assert.equal(decodeCounters(wide, narrow).connections, 2 * 2 ** 32 + 1);
  });
});

describe('generic netlink', () => {
  it('gives a message back as it was', () => {
    fc.assert(
      fc.property(byte, byte, word, (command, version, value) => {
        const bytes = encodeGeneric(command, version, [uint32Attribute(3, value)]);
        const told = decodeGeneric(carry(bytes));
        assert.deepEqual([told?.command, told?.version], [command, version]);
        assert.deepEqual([...(told?.attributes.keys() ?? [])], [3]);
      }),
    );
  });
  it('finds a family by its name', () => {
    const attributes = [
      { type: 1, value: Uint8Array.of(0x1f, 0) },
      { type: 2, value: Uint8Array.from(Buffer.from('IPVS\0')) },
    ];
    const told = decodeFamily(carry(encodeGeneric(1, 2, attributes)));
    assert.deepEqual(told, { id: 31, name: 'IPVS' });
    const request = Buffer.from(encodeFamilyRequest('IPVS')).toString('hex');
    assert.equal(request, '03020000' + '09000200' + '4950565300' + '000000');
  });
  it('asks for all services with nothing but the command', () => {
    assert.equal(Buffer.from(encodeServiceRequest()).toString('hex'), '04010000');
  });
});

function carry(payload: Uint8Array): NetlinkMessage {
  return { type: 31, flags: 0, sequence: 1, portId: 0, payload };
}
