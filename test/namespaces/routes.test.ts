/** Routes, rules and static entries on a real kernel, beside keepalived with the same file. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { routeLines, routesOf, ruleLines, rulesOf } from './routes.ts';

const patience = 10_000;
const virtual = '10.11.0.100';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
after(() => lab.close());
for (const host of [a, b]) {
  await host.ip('link add eth1 type veth peer name eth2', 'link set eth1 up', 'link set eth2 up');
}

function block(name: string, lines: readonly string[]): string {
  return `${name} {\n${lines.map((line) => `    ${line}`).join('\n')}\n}\n`;
}

function instance(
  priority: number,
  lines: { routes: readonly string[]; rules: readonly string[] },
) {
  return `vrrp_instance VI_1 {
    interface eth0
    version 3
    virtual_router_id 51
    priority ${priority}
    advert_int 0.1
    ${block('virtual_ipaddress', [`${virtual}/24`])}
    ${lines.routes.length > 0 ? block('virtual_routes', lines.routes) : ''}
    ${lines.rules.length > 0 ? block('virtual_rules', lines.rules) : ''}
}
`;
}

const everything = instance(200, { routes: routeLines, rules: ruleLines });
const simple = {
  routes: ['198.51.100.0/24 via 10.11.0.9 dev eth0', '198.51.101.0/24 dev eth0 no_track'],
  rules: ['from 192.0.2.0/24 table 300 preference 100'],
};

/** All that is held, sorted. */
async function held(host: Host): Promise<readonly string[]> {
  return [...(await routesOf(host)), ...(await rulesOf(host))];
}

async function holds(what: string, host: Host, count: number, daemon: Task): Promise<void> {
  await until(`${what}: ${count} entries`, patience, async () =>
    (await held(host)).length === count ? true : undefined,
  ).catch(async (error: unknown) => {
    throw new Error(`${error}\n${(await held(host)).join('\n')}\n${daemon.log()}`);
  });
}

async function said(daemon: Task, pattern: RegExp): Promise<void> {
  await until(`the log says ${pattern}`, patience, () => pattern.test(daemon.log()) || undefined);
}

test('the tables of both are equal with the same file, and empty after both have stopped', async () => {
  const count = routeLines.length + ruleLines.length;
  const theirs = startKeepalived(b, everything);
  await holds('keepalived', b, count, theirs);
  const expected = await held(b);
  await stop(theirs);
  await holds('keepalived has stopped', b, 0, theirs);
  const ours = startHoldfast(a, everything);
  await holds('holdfast', a, count, ours);
  assert.deepEqual(await held(a), expected);
  assert.equal(await stop(ours), 0);
  assert.deepEqual(await held(a), []);
});

test('static entries are equal too, come in any state and go at the end', async () => {
  const statics = [
    block('static_ipaddress', ['192.0.2.1/24 dev eth1', '2001:db8:9::1/64 dev eth1']),
    block('static_routes', [
      '198.51.100.0/24 via 192.0.2.9 dev eth1',
      '198.51.101.0/24 via 192.0.2.9 dev eth1 src 192.0.2.1',
      '2001:db8:1::/64 via 2001:db8:9::9 dev eth1',
    ]),
    block('static_rules', ['from 192.0.2.0/24 table 300 preference 200']),
    instance(100, { routes: [], rules: [] }),
  ].join('\n');
  const isPlaced = async (host: Host) =>
    (await host.holds('192.0.2.1')) && (await host.holds('2001:db8:9::1'));
  const theirs = startKeepalived(b, statics);
  await holds('keepalived', b, 4, theirs);
  const ours = startHoldfast(a, statics);
  await holds('holdfast', a, 4, ours);
  assert.deepEqual(await held(a), await held(b));
  assert.deepEqual([await isPlaced(a), await isPlaced(b)], [true, true]);
  await a.ip('addr del 192.0.2.1/24 dev eth1');
  await until('the address is back', patience, async () => (await isPlaced(a)) || undefined);
  await holds('what went with the address is back', a, 4, ours);
  await stop(ours);
  await stop(theirs);
  for (const host of [a, b]) {
    assert.deepEqual([await held(host), await host.holds('192.0.2.1')], [[], false]);
  }
});

test('what somebody removes is put back and told; without tracking it stays away', async () => {
  const daemon = startHoldfast(a, instance(200, simple));
  await holds('master', a, 3, daemon);
  await a.ip('route del 198.51.100.0/24 dev eth0', 'rule del preference 100');
  await said(
    daemon,
    /the route 198\.51\.100\.0\/24 via 10\.11\.0\.9 dev eth0 of VI_1 was removed by/,
  );
  await said(daemon, /the rule 100: from 192\.0\.2\.0\/24 lookup 300 of VI_1 was removed by/);
  await holds('both are back', a, 3, daemon);
  await a.ip('route change 198.51.100.0/24 via 10.11.0.8 dev eth0');
  await until(
    'the route is as it was',
    patience,
    async () =>
      (await routesOf(a)).some((line) => line.includes('"gateway":"10.11.0.9"')) || undefined,
  );
  await a.ip('route del 198.51.101.0/24 dev eth0');
  await said(daemon, /198\.51\.101\.0\/24 dev eth0 of VI_1 was removed by .*stays away/);
  assert.equal((await held(a)).length, 2);
  assert.match(await holdfast(a, 'status'), /route +198\.51\.101\.0\/24 dev eth0, not held here/);
  await stop(daemon);
});

test('a link that fails takes the routes along without a word, and they come back with it', async () => {
  const daemon = startHoldfast(
    a,
    instance(200, { routes: ['198.51.100.0/24 dev eth1'], rules: simple.rules }),
  );
  await holds('master', a, 2, daemon);
  await a.ip('link set eth1 down');
  await said(daemon, /the route 198\.51\.100\.0\/24 dev eth1 of VI_1 was removed by the kernel/);
  await a.ip('link set eth1 up');
  await holds('after the link is back', a, 2, daemon);
  await stop(daemon);
});

test('they move with the address, and a daemon that died leaves nothing for its successor', async () => {
  const first = startHoldfast(a, instance(200, simple));
  await holds('the first', a, 3, first);
  const second = startHoldfast(b, instance(100, simple));
  await crash(first);
  await holds('the second', b, 3, second);
  const successor = startHoldfast(a, instance(50, simple));
  await until('nothing is left', patience, async () =>
    (await held(a)).length === 0 ? true : undefined,
  );
  await stop(second);
  await holds('the successor', a, 3, successor);
  assert.deepEqual(await held(b), []);
  await stop(successor);
});
