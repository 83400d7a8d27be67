import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import type { Server, Service } from '../../base/service.ts';
import { shortfalls } from './shortfall.ts';

const address = parseAddress('192.0.2.1') ?? assert.fail();
const server: Server = {
  address,
  port: 53,
  forwarding: { kind: 'nat' },
  weight: 1,
  upper: 0,
  lower: 0,
};
const service: Service = {
  key: { kind: 'address', protocol: 'udp', address, port: 53 },
  scheduler: 'rr',
  flags: [],
  persistence: undefined,
  onePacket: false,
  servers: [server],
};

it('has nothing to say where all that is asked for is done', () => {
  assert.deepEqual(shortfalls(service), []);
  const straight = { ...server, forwarding: { kind: 'direct' } } as const;
  assert.deepEqual(shortfalls({ ...service, onePacket: true, servers: [straight] }), []);
});

it('names each thing that is done otherwise', () => {
  const asked: Service = {
    ...service,
    scheduler: 'wlc',
    onePacket: true,
    persistence: { seconds: 60, prefix: 32, engine: 'sip' },
    servers: [{ ...server, upper: 100 }],
  };
  const words = shortfalls(asked).map(({ text }) => text.split(':')[0]);
  assert.deepEqual(words, [
    'scheduler wlc',
    'ops',
    'persistence_engine sip',
    'uthreshold and lthreshold',
  ]);
});
