import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../base/address.ts';
import { createRandom } from '../base/random.ts';
import { instant } from '../base/units.ts';
import type { Link, LinkIndex, WantedAddress } from '../ports.ts';
import { createKernel, type HostKernel } from './kernel.ts';
import { createKernelPort, type KernelPort } from './kernel-port.ts';
import { createQueue, type Queue } from './queue.ts';

const LINK = 2 as LinkIndex;

function link(up: boolean): Link {
  const flags = { noArp: false, multicast: true, loopback: false };
  return {
    index: LINK,
    name: 'eth0',
    up,
    running: up,
    ...flags,
    mtu: 1500,
    mac: undefined,
    parent: undefined,
  };
}

function wanted(text: string, lifetime?: number): WantedAddress {
  return {
    link: LINK,
    address: parseAddress(text) as Address,
    prefix: text.includes(':') ? 64 : 24,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: [],
    lifetime,
    preferred: undefined,
  };
}

function open(kernel: HostKernel, portId: number, failing = 0, overruns = false): KernelPort {
  return createKernelPort({
    kernel,
    portId,
    keepsProtocol: true,
    ready: () => {},
    applied: () => {},
    failing: () => failing,
    overrunning: () => overruns,
    random: createRandom(1),
  });
}

function setUp(): { queue: Queue; kernel: HostKernel; own: KernelPort; other: KernelPort } {
  const queue = createQueue();
  const kernel = createKernel(queue);
  kernel.setLink(link(true));
  return { queue, kernel, own: open(kernel, 10), other: open(kernel, 20) };
}

const present = (kernel: HostKernel): string[] =>
  kernel.state().addresses.map((each) => each.address as string);

test('others are told who changed what, the port itself is not', () => {
  const { own, other } = setUp();
  own.apply([{ kind: 'add-address', address: wanted('10.0.0.5') }]);
  assert.deepEqual(own.changes(), []);
  assert.deepEqual(
    other.changes().map((each) => ('portId' in each ? [each.kind, each.portId] : each.kind)),
    [['address', 10]],
  );
});

test('an address goes when its lifetime ends, by the hand of the kernel, unless it was renewed', () => {
  const { queue, kernel, own } = setUp();
  own.apply([{ kind: 'add-address', address: wanted('10.0.0.5', 3) }]);
  while (queue.step(instant(2_000_000)));
  own.apply([{ kind: 'renew-address', address: wanted('10.0.0.5', 3) }]);
  while (queue.step(instant(4_999_999)));
  assert.deepEqual(present(kernel), ['10.0.0.5']);
  while (queue.step(instant(5_000_000)));
  assert.deepEqual(present(kernel), []);
  const [gone] = own.changes();
  assert.equal(gone?.kind === 'address-gone' ? gone.portId : undefined, 0);
});

test('setting a link down takes the IPv6 addresses away and keeps the IPv4 ones', () => {
  const { kernel, own } = setUp();
  own.apply(
    ['10.0.0.5', 'fd00::5'].map((text) => ({ kind: 'add-address', address: wanted(text) })),
  );
  kernel.setLink(link(false));
  assert.deepEqual(present(kernel), ['10.0.0.5']);
});

test('removing the primary of a subnet takes its secondaries along, and that is told', () => {
  const { kernel, own } = setUp();
  const texts = ['10.0.0.5', '10.0.0.6', '10.0.1.7'];
  own.apply(texts.map((text) => ({ kind: 'add-address', address: wanted(text) })));
  const remove = (text: string) =>
    own.apply([{ kind: 'remove-address', link: LINK, address: wanted(text).address, prefix: 24 }]);
  remove('10.0.0.5');
  assert.deepEqual(present(kernel), ['10.0.1.7']);
  assert.deepEqual(
    own.changes().map((each) => (each.kind === 'address-gone' ? each.address.address : each.kind)),
    ['10.0.0.6'],
  );
  own.apply([
    { kind: 'set-sysctl', name: 'net/ipv4/conf/eth0/promote_secondaries', value: '1' },
    ...texts.map((text) => ({ kind: 'add-address', address: wanted(text) }) as const),
  ]);
  remove('10.0.0.5');
  assert.deepEqual(present(kernel).sort(), ['10.0.0.6', '10.0.1.7']);
});

test('adding what is there and removing what is not are done; a missing link is not', () => {
  const { own } = setUp();
  const add = { kind: 'add-address', address: wanted('10.0.0.5') } as const;
  const elsewhere = { ...add, address: { ...add.address, link: 9 as LinkIndex } };
  const gone = {
    kind: 'remove-address',
    link: LINK,
    address: wanted('10.0.0.9').address,
    prefix: 24,
  } as const;
  const results = own.apply([add, add, gone, elsewhere]);
  assert.deepEqual(
    results.map((each) => (each.done ? 'done' : each.error.code)),
    ['done', 'done', 'done', 'ENODEV'],
  );
});

test('after an overrun everything is told anew, once', () => {
  const { kernel, own } = setUp();
  const other = open(kernel, 30, 0, true);
  own.apply([{ kind: 'add-address', address: wanted('10.0.0.5') }]);
  assert.equal(other.pending(), true);
  const [change, ...more] = other.changes();
  assert.equal(more.length, 0);
  assert.equal(change?.kind === 'resynchronised' ? change.state.addresses.length : 0, 1);
  assert.deepEqual(other.changes(), []);
});

test('more changes than a socket holds are an overrun', () => {
  const { kernel, own } = setUp();
  for (let round = 0; round < 300; round += 1) kernel.setLink(link(round % 2 === 0));
  assert.deepEqual(
    own.changes().map((each) => each.kind),
    ['resynchronised'],
  );
});

test('an operation can be made to fail, and then changes nothing', () => {
  const { kernel } = setUp();
  const port = open(kernel, 30, 1);
  const [result] = port.apply([{ kind: 'add-address', address: wanted('10.0.0.5') }]);
  assert.equal(result?.done === false ? result.error.code : 'done', 'ENOBUFS');
  assert.deepEqual(present(kernel), []);
});

test('a closed port hears no more', () => {
  const { kernel, own } = setUp();
  own.close();
  kernel.setLink(link(false));
  assert.equal(own.pending(), false);
});
