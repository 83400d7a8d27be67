import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../../test/conformance/engine-model.ts';
import { linkNamed } from '../../../test/conformance/recording-ports.ts';
import { parseCommand } from '../../../test/conformance/words.ts';
import type { Instant } from '../../base/units.ts';
import type { Endpoint, LinkIndex } from '../../ports.ts';
import { createMachine } from '../machine.ts';
import { createWorld } from '../world.ts';
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
