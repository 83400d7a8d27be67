import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../../test/conformance/engine-model.ts';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import { parseCommand } from '../../../test/conformance/words.ts';
import type { Instant } from '../../base/units.ts';
import type { Endpoint, LinkIndex } from '../../ports.ts';
import { createMachine } from '../machine.ts';
import { createWorld } from '../world.ts';
import { endpointsOf } from './endpoints.ts';
import { Sockets } from './sockets.ts';

const NOW = 0 as Instant;
const ETH0 = 2 as LinkIndex;

function bench() {
  const machine = createMachine(instanceOf('VI', parseCommand('VI').options), undefined);
  machine.link = linkNamed('eth0', ETH0);
  const sockets = new Sockets(createWorld());
  const linksOf = (endpoints: readonly Endpoint[] | undefined) =>
    endpoints?.map(({ link }) => link);
  return { machine, sockets, take: () => linksOf(sockets.take([machine], NOW)) };
}

test('the set is told once, and again when it has changed', () => {
  const { machine, sockets, take } = bench();
  assert.deepEqual([take(), take()], [[ETH0], undefined]);
  sockets.unsettle();
  assert.equal(take(), undefined);
  machine.link = undefined;
  sockets.unsettle();
  assert.deepEqual([take(), take()], [[], undefined]);
});

test('sockets of a link that went are closed, though another has its index by now', () => {
  const { sockets, take } = bench();
  take();
  sockets.gone(ETH0);
  assert.deepEqual([take(), take(), take()], [[], [ETH0], undefined]);
});

test('a link that went for good is no longer listened to, and nothing is asked twice', () => {
  const { machine, sockets, take } = bench();
  take();
  sockets.gone(ETH0);
  machine.link = undefined;
  assert.deepEqual([take(), take()], [[], undefined]);
  sockets.gone(9 as LinkIndex);
  assert.equal(take(), undefined);
});

test('there is room for all that the masters of many routers send until silence counts as such', () => {
  const options = parseCommand('VI').options;
  const roomFor = (count: number, vip: string): number | undefined => {
    const model = instanceOf('VI', new Map([...options, ['vip', vip]]));
    const machines = Array.from({ length: count }, () => {
      const machine = createMachine(model, undefined);
      machine.link = linkNamed('eth0', ETH0);
      return machine;
    });
    return endpointsOf(machines)[0]?.receiveRoom;
  };
  const many = Array.from({ length: 200 }, (_, index) => `10.0.0.${index + 1}/24`).join();
  assert.deepEqual(
    [roomFor(25, '10.0.0.9/24'), roomFor(26, '10.0.0.9/24'), roomFor(1_000, '10.0.0.9/24')],
    [undefined, 256, 8_192],
  );
  assert.equal(roomFor(26, many), 512);
});
