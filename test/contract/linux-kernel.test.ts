/** What is particular to a real kernel: lost notifications, collateral damage, duplicate address detection. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { type Address, parseAddress } from '../../src/base/address.ts';
import type { KernelChange, KernelOperation, LinkIndex, WantedAddress } from '../../src/ports.ts';
import {
  enterLaboratory,
  ip,
  type LinuxKernelHost,
  linkIndex,
  openLinuxKernelHost,
  waitFor,
} from './linux-world.ts';

enterLaboratory(import.meta.filename);

let opened: LinuxKernelHost | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(options = {}): Promise<LinuxKernelHost> {
  opened = await openLinuxKernelHost(options);
  return opened;
}

describe('what the kernel answers', () => {
  it('says anew what there is when notifications were lost', async () => {
    const { kernel, space, link } = await open({ receiveBuffer: 4_096 });
    const lines = Array.from({ length: 500 }, (_, index) => `addr add ${nth(index)}/32 dev eth9\n`);
    execFileSync('ip', ['-n', space.name, '-batch', '-'], { input: lines.join('') });
    const [change, ...others] = kernel.changes();
    assert.deepEqual(others, []);
    assert.ok(change?.kind === 'resynchronised');
    const known = change.state.addresses.filter((one) => one.link === link && one.prefix === 32);
    assert.equal(known.length, 500);
    // It goes on as before.
    ip(`-n ${space.name} addr del ${nth(7)}/32 dev eth9`);
    assert.deepEqual(kernel.changes().map(summary), [`address-gone ${nth(7)}/32`]);
  });

  it('calls again after notifications were lost', async () => {
    const told: (readonly KernelChange[])[] = [];
    const options = { receiveBuffer: 4_096, onReadable: () => told.push(kernel.changes()) };
    const { kernel, space } = await open(options);
    const lines = Array.from({ length: 500 }, (_, index) => `addr add ${nth(index)}/32 dev eth9\n`);
    for (let round = 1; round <= 3; round += 1) {
      // Nobody reads meanwhile.
      execFileSync('ip', ['-n', space.name, '-batch', '-'], { input: lines.join('') });
      const isAnew = () => told.flat().filter(({ kind }) => kind === 'resynchronised').length;
      await waitFor(() => isAnew() >= round);
      assert.ok(isAnew() >= round, `told ${isAnew()} times that something was lost`);
      const before = told.length;
      ip(`-n ${space.name} addr flush dev eth9 scope global to 10.0.0.0/8`);
      await waitFor(() => told.length > before);
      assert.ok(told.length > before, 'nothing was told any more');
    }
  });

  it('loses no answer when a thousand operations fail', async () => {
    const { kernel } = await open();
    const nowhere = 4_000 as LinkIndex;
    const operations = Array.from({ length: 1_000 }, (_, index) => add(nowhere, nth(index), 32));
    const results = kernel.apply(operations);
    const codes = new Set(results.map((result) => (result.done ? 'done' : result.error.code)));
    assert.deepEqual([...codes], ['ENODEV']);
    const [first] = results;
    assert.ok(first?.done === false && first.error.detail !== '', 'the kernel gives its own words');
  });
});

describe('addresses', () => {
  it('tells of addresses that the removal of another took along', async () => {
    const { kernel, link, space } = await open();
    space.inside(() => writeFileSync('/proc/sys/net/ipv4/conf/eth9/promote_secondaries', '0'));
    kernel.apply([add(link, known('10.99.0.1'), 24), add(link, known('10.99.0.2'), 24)]);
    kernel.apply([remove(link, known('10.99.0.1'), 24)]);
    assert.deepEqual(kernel.changes().map(summary), ['address-gone 10.99.0.2/24']);
  });

  it('removes an address with a peer that the operation does not name', async () => {
    const { kernel, link } = await open();
    const peer = known('10.99.1.1');
    kernel.apply([add(link, known('10.99.0.1'), 32, { peer })]);
    assert.deepEqual(kernel.observe().addresses.find((one) => one.link === link)?.peer, peer);
    assert.deepEqual(kernel.apply([remove(link, known('10.99.0.1'), 32)]), [{ done: true }]);
    const left = kernel.observe().addresses.filter((one) => one.address === '10.99.0.1');
    assert.deepEqual([left, kernel.changes()], [[], []]);
  });

  it('is not done with adding an IPv6 address that is there with another prefix', async () => {
    const { kernel, link, space } = await open();
    ip(`-n ${space.name} addr add fd99::1/64 dev eth9 nodad`);
    const [result] = kernel.apply([add(link, known('fd99::1'), 128)]);
    assert.ok(result?.done === false && result.error.code === 'EEXIST');
  });

  it('tells when duplicate address detection ends, and only that', async () => {
    const { kernel, link, space } = await open();
    space.inside(() => writeFileSync('/proc/sys/net/ipv6/conf/eth9/accept_dad', '1'));
    kernel.apply([add(link, known('fd99::1'), 64, { flags: [] })]);
    kernel.apply([renew(link, known('fd99::1'), 64, { flags: [], lifetime: 60 })]);
    const changes: KernelChange[] = [];
    await waitFor(() => changes.push(...kernel.changes()) > 0);
    kernel.apply([renew(link, known('fd99::1'), 64, { flags: [], lifetime: 60 })]);
    changes.push(...kernel.changes());
    const [only, ...others] = changes;
    assert.deepEqual(others, []);
    assert.ok(only?.kind === 'address' && !only.address.tentative && !only.address.duplicate);
  });

  it('gives the kernel label, broadcast, scope, flags and lifetimes as asked', async () => {
    const { kernel, link, space } = await open();
    const differences = {
      label: 'eth9:vip',
      broadcast: known('10.99.0.255'),
      scope: 'link',
      flags: ['noprefixroute'],
      lifetime: 100,
      preferred: 0,
    } as const;
    kernel.apply([add(link, known('10.99.0.1'), 24, differences)]);
    const [entry] = JSON.parse(ip(`-n ${space.name} -j addr show dev eth9`));
    const [shown] = entry.addr_info;
    assert.deepEqual(
      [shown.label, shown.broadcast, shown.scope, shown.noprefixroute, shown.deprecated],
      ['eth9:vip', '10.99.0.255', 'link', true, true],
    );
    assert.ok(shown.valid_life_time > 90 && shown.valid_life_time <= 100);
    assert.equal(shown.preferred_life_time, 0);
  });
});

describe('interfaces and sysctls', () => {
  it('does not take a port that leaves a bridge for an interface that is gone', async () => {
    const { kernel, space, link } = await open();
    ip(`-n ${space.name} link add br9 type bridge`);
    ip(`-n ${space.name} link set eth9 master br9`);
    ip(`-n ${space.name} link set eth9 nomaster`);
    const gone = kernel.changes().filter((change) => change.kind === 'link-gone');
    assert.deepEqual(gone, []);
    assert.ok(kernel.observe().links.some((one) => one.index === link));
  });

  it('tells the interface below a macvlan, and a rename', async () => {
    const { kernel, space, link } = await open();
    ip(`-n ${space.name} link add link eth9 name mac9 type macvlan mode bridge`);
    const index = linkIndex(space, 'mac9');
    assert.equal(kernel.observe().links.find((one) => one.index === index)?.parent, link);
    ip(`-n ${space.name} link set mac9 name vip9`);
    const links = kernel.changes().filter((change) => change.kind === 'link');
    const renamed = links.findLast((change) => change.link.index === index);
    assert.equal(renamed?.link.name, 'vip9');
  });

  it('writes sysctls of its own namespace', async () => {
    const { kernel, space } = await open();
    const name = 'net/ipv4/conf/eth9/arp_ignore';
    const result = space.inside(() => kernel.apply([{ kind: 'set-sysctl', name, value: '1' }]));
    assert.deepEqual(result, [{ done: true, was: '0' }]);
    assert.equal(space.inside(() => readFileSync(`/proc/sys/${name}`, 'utf8')).trim(), '1');
  });
});

function nth(index: number): Address {
  return known(`10.98.${index >> 8}.${index & 0xff}`);
}

function summary(change: KernelChange): string {
  if (change.kind !== 'address' && change.kind !== 'address-gone') return change.kind;
  return `${change.kind} ${change.address.address}/${change.address.prefix}`;
}

function want(
  link: LinkIndex,
  address: Address,
  prefix: number,
  differences: Partial<WantedAddress> = {},
): WantedAddress {
  return {
    link,
    address,
    prefix,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: ['nodad'],
    lifetime: undefined,
    preferred: undefined,
    ...differences,
  };
}

function add(...wanted: Parameters<typeof want>): KernelOperation {
  return { kind: 'add-address', address: want(...wanted) };
}

function renew(...wanted: Parameters<typeof want>): KernelOperation {
  return { kind: 'renew-address', address: want(...wanted) };
}

function remove(link: LinkIndex, address: Address, prefix: number): KernelOperation {
  return { kind: 'remove-address', link, address, prefix };
}

function known(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  return address;
}
