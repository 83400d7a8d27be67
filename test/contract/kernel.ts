/** What every implementation of the kernel port keeps. Run it by handing over how to open a host. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Address } from '../../src/base/address.ts';
import type {
  Kernel,
  KernelChange,
  KernelOperation,
  LinkAddress,
  LinkIndex,
  RoutingOperation,
  WantedAddress,
} from '../../src/ports.ts';
import { devices } from './kernel-devices.ts';
import { routing } from './kernel-routing.ts';
import { address } from './words.ts';

/** What somebody else on the host does. */
export type Meddling =
  | { readonly kind: 'add-address'; readonly address: Address; readonly prefix: number }
  | { readonly kind: 'remove-address'; readonly address: Address; readonly prefix: number }
  | { readonly kind: 'routing'; readonly operation: RoutingOperation }
  | { readonly kind: 'link-down' | 'link-up' | 'cable-out' | 'cable-in' | 'remove-link' };

export interface KernelHost {
  readonly kernel: Kernel;
  /** An Ethernet-like interface that is up and running and has no IPv4 address. */
  readonly link: LinkIndex;
  readonly name: string;
  meddle(meddling: Meddling): void;
  /** Lets time pass until `isEnough` says so, at most for some seconds. */
  waitFor(isEnough: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const NOWHERE = 4_000 as LinkIndex;
const ONE = address('10.88.0.1');
const TWO = address('10.88.0.2');
const SIX = address('fd88::1');

export function kernelContract(name: string, open: () => Promise<KernelHost>): void {
  describe(`kernel port: ${name}`, () => {
    let host: KernelHost;
    beforeEach(async () => {
      host = await open();
    });
    afterEach(() => host.close());
    observes(() => host);
    applies(() => host);
    refuses(() => host);
    watchesAddresses(() => host);
    watchesLinks(() => host);
    expires(() => host);
    routing(() => host);
    devices(() => host);
  });
}

function observes(hostOf: () => KernelHost): void {
  it('observes interfaces', () => {
    const { kernel, link, name } = hostOf();
    const observed = kernel.observe().links.find((one) => one.index === link);
    assert.ok(observed !== undefined);
    const { mac, parent: _, kind: __, ...rest } = observed;
    assert.match(mac ?? '', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    const flags = { up: true, running: true, noArp: false, multicast: true, loopback: false };
    assert.deepEqual(rest, { index: link, name, mtu: 1500, ...flags });
  });
}

function applies(hostOf: () => KernelHost): void {
  it('adds and removes addresses of both families', () => {
    const { kernel, link } = hostOf();
    const adding = [add(link, ONE, 32), add(link, SIX, 128), add(link, TWO, 24)];
    assert.deepEqual(kernel.apply(adding), [DONE, DONE, DONE]);
    const added = addressesOn(kernel, link);
    assert.deepEqual(names(added), [`${ONE}/32`, `${TWO}/24`, `${SIX}/128`]);
    for (const one of added) assert.deepEqual([one.scope, one.tentative], ['global', false]);
    assert.notEqual(added[0]?.protocol, 0);
    const removing = [remove(link, TWO, 24), remove(link, SIX, 128), remove(link, ONE, 32)];
    assert.deepEqual(kernel.apply(removing), [DONE, DONE, DONE]);
    assert.deepEqual(addressesOn(kernel, link), []);
  });

  it('tells nothing of what it did itself', async () => {
    const { kernel, link, meddle, waitFor } = hostOf();
    kernel.apply([add(link, ONE, 32), add(link, SIX, 128)]);
    kernel.apply([renew(link, ONE, 32), renew(link, SIX, 128)]);
    kernel.apply([remove(link, SIX, 128), remove(link, ONE, 32)]);
    meddle({ kind: 'add-address', address: TWO, prefix: 32 });
    const changes = await told({ kernel, waitFor }, (change) => change.kind === 'address');
    assert.deepEqual(addressNames(changes), [`address ${TWO}/32`]);
  });

  it('is done with adding what is there and removing what is not', () => {
    const { kernel, link } = hostOf();
    const both = [add(link, ONE, 32), add(link, SIX, 128)];
    kernel.apply(both);
    assert.deepEqual(kernel.apply(both), [DONE, DONE]);
    assert.equal(addressesOn(kernel, link).length, 2);
    const away = [remove(link, ONE, 32), remove(link, SIX, 128)];
    kernel.apply(away);
    assert.deepEqual(kernel.apply(away), [DONE, DONE]);
    assert.deepEqual(kernel.apply([remove(NOWHERE, ONE, 32)]), [DONE]);
  });

  it('holds two prefixes of one address apart', () => {
    const { kernel, link } = hostOf();
    kernel.apply([add(link, ONE, 24), add(link, ONE, 32), remove(link, ONE, 24)]);
    assert.deepEqual(names(addressesOn(kernel, link)), [`${ONE}/32`]);
  });

  it('adds and removes a thousand addresses', () => {
    const { kernel, link } = hostOf();
    const thousand = Array.from({ length: 1_000 }, (_, index) =>
      address(`10.89.${index >> 8}.${index & 0xff}`),
    );
    const added = kernel.apply(thousand.map((one) => add(link, one, 32)));
    assert.equal(added.filter((result) => result.done).length, 1_000);
    assert.equal(addressesOn(kernel, link).length, 1_000);
    const removed = kernel.apply(thousand.map((one) => remove(link, one, 32)));
    assert.equal(removed.filter((result) => result.done).length, 1_000);
    assert.equal(addressesOn(kernel, link).length, 0);
    assert.deepEqual(kernel.changes(), []);
  });
}

function refuses(hostOf: () => KernelHost): void {
  it('tells which operation failed and carries out the others', () => {
    const { kernel, link } = hostOf();
    const results = kernel.apply([
      add(link, ONE, 32),
      add(NOWHERE, TWO, 32),
      { kind: 'set-sysctl', name: 'net/ipv4/conf/no-such-interface/accept_local', value: '1' },
      add(link, SIX, 128),
    ]);
    const codes = results.map((result) => (result.done ? 'done' : result.error.code));
    assert.deepEqual(codes, ['done', 'ENODEV', 'ENOENT', 'done']);
    assert.deepEqual(names(addressesOn(kernel, link)), [`${ONE}/32`, `${SIX}/128`]);
  });
}

function watchesAddresses(hostOf: () => KernelHost): void {
  it('tells who else adds and removes addresses', async () => {
    const { kernel, link, meddle, waitFor } = hostOf();
    kernel.apply([add(link, ONE, 32)]);
    meddle({ kind: 'remove-address', address: ONE, prefix: 32 });
    meddle({ kind: 'add-address', address: TWO, prefix: 24 });
    const changes = await told({ kernel, waitFor }, (change) => change.kind === 'address');
    assert.deepEqual(addressNames(changes), [`address-gone ${ONE}/32`, `address ${TWO}/24`]);
    const [first] = changes;
    assert.ok(first?.kind === 'address-gone' && first.portId !== 0);
    assert.deepEqual(kernel.changes(), []);
  });
}

function watchesLinks(hostOf: () => KernelHost): void {
  for (const [outage, repair] of [
    ['link-down', 'link-up'],
    ['cable-out', 'cable-in'],
  ] as const) {
    it(`tells of ${outage} and ${repair}`, async () => {
      const { kernel, link, meddle, waitFor } = hostOf();
      const isRunning =
        (wanted: boolean) =>
        (change: KernelChange): boolean =>
          change.kind === 'link' && change.link.index === link && change.link.running === wanted;
      meddle({ kind: outage });
      const down = (await told({ kernel, waitFor }, isRunning(false))).at(-1);
      assert.ok(down?.kind === 'link' && down.link.up === (outage === 'cable-out'));
      meddle({ kind: repair });
      const up = (await told({ kernel, waitFor }, isRunning(true))).at(-1);
      assert.ok(up?.kind === 'link' && up.link.up);
    });
  }

  it('tells of an interface that is gone, and takes its addresses for removed', async () => {
    const { kernel, link, meddle, waitFor } = hostOf();
    kernel.apply([add(link, ONE, 32)]);
    meddle({ kind: 'remove-link' });
    const isGone = (change: KernelChange): boolean =>
      change.kind === 'link-gone' && change.index === link;
    await told({ kernel, waitFor }, isGone);
    assert.deepEqual(kernel.apply([remove(link, ONE, 32)]), [DONE]);
    const [refused] = kernel.apply([add(link, ONE, 32)]);
    assert.ok(refused?.done === false && refused.error.code === 'ENODEV');
  });
}

function expires(hostOf: () => KernelHost): void {
  it('lets an address go when its lifetime ends, unless it is renewed', async () => {
    const { kernel, link, waitFor } = hostOf();
    const brief = { lifetime: 1, preferred: 0 };
    kernel.apply([
      add(link, ONE, 32, brief),
      add(link, TWO, 32, brief),
      add(link, SIX, 128, brief),
    ]);
    kernel.apply([renew(link, TWO, 32, { lifetime: 60 })]);
    const gone: string[] = [];
    await waitFor(() => {
      gone.push(...addressNames(kernel.changes()));
      return gone.length >= 2;
    });
    assert.deepEqual(gone.toSorted(), [`address-gone ${ONE}/32`, `address-gone ${SIX}/128`]);
    assert.deepEqual(names(addressesOn(kernel, link)), [`${TWO}/32`]);
  });
}

const DONE = { done: true } as const;

function want(
  link: LinkIndex,
  one: Address,
  prefix: number,
  more: Partial<WantedAddress> = {},
): WantedAddress {
  return {
    link,
    address: one,
    prefix,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: one.includes(':') ? ['nodad'] : [],
    lifetime: undefined,
    preferred: undefined,
    ...more,
  };
}

type Wanting = Parameters<typeof want>;

function add(...wanting: Wanting): KernelOperation {
  return { kind: 'add-address', address: want(...wanting) };
}

function renew(...wanting: Wanting): KernelOperation {
  return { kind: 'renew-address', address: want(...wanting) };
}

function remove(link: LinkIndex, one: Address, prefix: number): KernelOperation {
  return { kind: 'remove-address', link, address: one, prefix };
}

/** In the order of the kernel, IPv4 first; what an interface gives itself is left out. */
function addressesOn(kernel: Kernel, link: LinkIndex): readonly LinkAddress[] {
  const { addresses } = kernel.observe();
  return addresses.filter((one) => one.link === link && one.scope !== 'link');
}

function names(addresses: readonly LinkAddress[]): readonly string[] {
  return addresses.map((one) => `${one.address}/${one.prefix}`);
}

function addressNames(changes: readonly KernelChange[]): readonly string[] {
  return changes.flatMap((change) =>
    change.kind === 'address' || change.kind === 'address-gone'
      ? [`${change.kind} ${change.address.address}/${change.address.prefix}`]
      : [],
  );
}

/** Changes up to and with the first for which `isLast` holds, or all until patience ends. */
async function told(
  { kernel, waitFor }: Pick<KernelHost, 'kernel' | 'waitFor'>,
  isLast: (change: KernelChange) => boolean,
): Promise<readonly KernelChange[]> {
  const changes: KernelChange[] = [];
  await waitFor(() => {
    changes.push(...kernel.changes());
    return changes.some(isLast);
  });
  const last = changes.findIndex(isLast);
  assert.ok(last >= 0, `was not told; changes were ${JSON.stringify(changes)}`);
  return changes.slice(0, last + 1);
}
