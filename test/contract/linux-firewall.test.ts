/** The packet filter of a real kernel, as nft reads it and as packets find it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { afterEach, it } from 'node:test';
import type { Firewall, KernelOperation } from '../../src/ports.ts';
import { enterLaboratory, ip, type LinuxKernelHost, openLinuxKernelHost } from './linux-world.ts';
import { address } from './words.ts';

enterLaboratory(import.meta.filename);

let opened: LinuxKernelHost | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const ONE = address('10.88.0.1');
const SIX = address('fd88::1');
const LOCAL = address('fe80::88');
const FIREWALL: Firewall = {
  name: 'keepalived',
  priority: -1,
  counters: true,
  addresses: [ONE, SIX],
  scoped: [{ address: LOCAL, interface: 'eth9' }],
};

function set(firewall: Firewall): readonly KernelOperation[] {
  return [{ kind: 'set-firewall', firewall }];
}

async function open() {
  opened = await openLinuxKernelHost();
  const { kernel, space } = opened;
  return {
    space,
    apply: (firewall: Firewall) => space.inside(() => kernel.apply(set(firewall))),
    listing: () => run(space.name, ['nft', 'list', 'ruleset']),
  };
}

function run(space: string, words: readonly string[]): string {
  return execFileSync('ip', ['netns', 'exec', space, ...words], { encoding: 'utf8' });
}

it('is what nft shows: sets of addresses, and neighbour discovery let through', async () => {
  const { apply, listing } = await open();
  assert.deepEqual(apply(FIREWALL), [{ done: true }]);
  const shown = listing().replaceAll(/\s+/g, ' ');
  for (const part of [
    'table ip keepalived { set vips { type ipv4_addr elements = { 10.88.0.1 } }',
    'hook input priority filter - 1; policy accept; ip daddr @vips counter packets 0 bytes 0 drop',
    'hook output priority filter - 1; policy accept; ip saddr @vips counter',
    'table ip6 keepalived { set vips { type ipv6_addr elements = { fd88::1 } }',
    'type ipv6_addr . ifname elements = { fe80::88 . "eth9" }',
    'ip6 daddr . iifname @vips_link_local_name counter',
    'ip6 saddr . oifname @vips_link_local_name counter',
  ]) {
    assert.ok(shown.includes(part), `${part} is not in\n${listing()}`);
  }
  assert.match(shown, /icmpv6 type 133-137 counter packets 0 bytes 0 accept/);
});

it('keeps packets from the addresses and lets others through', async () => {
  const { apply, space } = await open();
  ip(`-n ${space.name} addr add ${ONE}/24 dev eth9`);
  ip(`-n ${space.name} addr add 10.99.0.2/24 dev eth9`);
  ip(`-n ${space.name} addr add ${SIX}/64 dev eth9`);
  const answers = (to: string): boolean => {
    try {
      run(space.name, ['ping', '-c', '1', '-W', '1', to]);
      return true;
    } catch {
      return false;
    }
  };
  assert.ok(answers(ONE) && answers(SIX));
  apply(FIREWALL);
  assert.deepEqual([answers(ONE), answers(SIX), answers('10.99.0.2')], [false, false, true]);
});

it('replaces the table of its name whole, touches no other, and goes when nothing is in it', async () => {
  const { apply, listing, space } = await open();
  run(space.name, ['nft', 'add', 'table', 'ip', 'mine']);
  apply(FIREWALL);
  apply({ ...FIREWALL, addresses: [address('10.88.0.3')], scoped: [], counters: false });
  assert.match(listing(), /10\.88\.0\.3/);
  assert.doesNotMatch(listing(), /10\.88\.0\.1|ip6 keepalived|counter/);
  assert.deepEqual(apply({ ...FIREWALL, addresses: [], scoped: [] }), [{ done: true }]);
  assert.equal(listing().trim(), 'table ip mine {\n}');
});

it('holds thousands of addresses', async () => {
  const { apply, listing } = await open();
  const addresses = Array.from({ length: 5_000 }, (_, at) =>
    address(`10.89.${at >> 8}.${at & 255}`),
  );
  assert.deepEqual(apply({ ...FIREWALL, addresses, scoped: [] }), [{ done: true }]);
  assert.equal(listing().match(/10\.89\.\d+\.\d+/g)?.length, 5_000);
});

it('is refused with the words of the kernel', async () => {
  const { apply, listing } = await open();
  const [result] = apply({ ...FIREWALL, name: 'x'.repeat(300) });
  assert.ok(result?.done === false && result.error.code !== '', JSON.stringify(result));
  assert.equal(listing(), '');
});
