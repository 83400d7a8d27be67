/** Addresses that are held and not accepted: the tables of the packaged keepalived and ours, and what comes through them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { command } from '../lab/command.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const START = 40_000;
const held = ['10.11.0.100', 'fd00:11::100', 'fe80::100'] as const;

let lab: Lab;
let router: Host;
let client: Host;
before(async () => {
  lab = await openLab(['router', 'client']);
  [router, client] = [lab.host('router'), lab.host('client')];
});
after(() => lab.close());

const instance = (name: string, id: number, addresses: readonly string[]) =>
  `vrrp_instance ${name} {
  interface eth0
  version 3
  virtual_router_id ${id}
  priority 100
  advert_int 0.2
  no_accept
  virtual_ipaddress {
    ${addresses.join('\n    ')}
  }
}
`;
const configuration = `global_defs {
  nftables held
  nftables_priority -7
  nftables_counters
}
${instance('four', 51, [`${held[0]}/24`])}${instance('six', 52, [`${held[2]}/64`, `${held[1]}/64`])}`;

function inside(host: Host, ...words: readonly string[]): Promise<string> {
  return command('nsenter', [`--net=${host.space.path}`, '--', ...words]);
}

async function answers(address: string): Promise<boolean> {
  const place = address.startsWith('fe80') ? `${address}%eth0` : address;
  return inside(client, 'ping', '-c', '1', '-W', '1', place).then(
    () => true,
    () => false,
  );
}

interface Listed {
  readonly chain?: Readonly<Record<string, unknown>>;
  readonly set?: { readonly family: string; readonly elem?: readonly unknown[] };
  readonly rule?: { readonly expr: readonly Readonly<Record<string, unknown>>[] };
}

/** Where packets are looked at, which addresses are kept from them, and whether that is counted. */
async function tables(): Promise<object> {
  const text = await inside(router, 'nft', '-j', 'list', 'ruleset');
  const { nftables } = JSON.parse(text) as { readonly nftables: readonly Listed[] };
  const chains = nftables.flatMap(({ chain }) =>
    chain?.hook === undefined
      ? []
      : [`${chain.family} ${chain.table} ${chain.hook} ${chain.prio} ${chain.policy}`],
  );
  const elements = nftables.flatMap(({ set }) =>
    (set?.elem ?? [])
      .map((each) => JSON.stringify(each))
      .filter((each) => held.some((address) => each.includes(`"${address}"`)))
      .map((each) => `${set?.family} ${each}`),
  );
  const dropping = nftables
    .flatMap(({ rule }) => rule ?? [])
    .filter(({ expr }) => expr.some((each) => 'drop' in each));
  const counted = dropping.every(({ expr }) => expr.some((each) => 'counter' in each));
  return { chains: chains.sort(), elements: elements.sort(), drops: dropping.length, counted };
}

async function interview(begin: () => Task) {
  const task = begin();
  await until(`it is master of all: ${task.log()}`, START, async () => {
    const states = await Promise.all(held.map((address) => router.holds(address)));
    const { elements } = (await tables()) as { readonly elements: readonly string[] };
    return (states.every(Boolean) && elements.length === held.length) || undefined;
  });
  const found = {
    tables: await tables(),
    answered: await Promise.all([...held, router.ipv4, router.ipv6].map(answers)),
  };
  // Neighbour discovery goes on, so that the address is found where it is.
  const neighbour = await inside(client, 'ip', '-6', 'neigh', 'show', held[1]);
  await stop(task);
  await inside(client, 'ip', 'neigh', 'flush', 'all');
  const left = await inside(router, 'nft', 'list', 'ruleset');
  return { ...found, isFound: neighbour.includes(router.mac), left };
}

test('the table keeps from the same packets what the one of keepalived does', async () => {
  const theirs = await interview(() => startKeepalived(router, configuration));
  const ours = await interview(() => startHoldfast(router, configuration));
  assert.deepEqual(ours, theirs);
  assert.deepEqual(ours.answered, [false, false, false, true, true]);
  assert.deepEqual([ours.isFound, ours.left], [true, '']);
});
