/** `holdfast realserver` on a host of a laboratory: who is answered, who is not, and what an undo leaves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command } from '../lab/command.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const vip = '10.11.0.100';
const vip6 = 'fd00:11::100';
const greeter = join(import.meta.dirname, '../../demo/web-server.ts');

let lab: Lab;
let client: Host;
let server: Host;

before(async () => {
  lab = await openLab(['client', 'server']);
  [client, server] = [lab.host('client'), lab.host('server')];
  server.start(process.execPath, [greeter, 'server'], { name: 'web server' });
  for (const family of ['ipv4', 'ipv6']) {
    await set(client, `${family}/neigh/eth0/retrans_time_ms`, '50');
  }
  await until('the web server answers', 5_000, () => answered(server.ipv4));
});
after(() => lab.close());

function inside(host: Host, ...words: readonly string[]): Promise<string> {
  return command('nsenter', [`--net=${host.space.path}`, '--', ...words]);
}

/** `name` is relative to /proc/sys/net. */
function set(host: Host, name: string, value: string): Promise<string> {
  return inside(host, 'sh', '-c', `echo ${value} > /proc/sys/net/${name}`);
}

async function setting(host: Host, name: string): Promise<string> {
  return (await inside(host, 'cat', `/proc/sys/net/ipv4/conf/${name}`)).trim();
}

/** What bash's own TCP gets from port 80; undefined without a connection. */
async function answered(address: string): Promise<string | undefined> {
  const script = `exec 3<>/dev/tcp/${address}/80 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
  const text = await inside(client, 'timeout', '2', 'bash', '-c', script).catch(() => '');
  return text.trimEnd().split('\n').at(-1) === 'server' ? text : undefined;
}

/** Whether somebody on the link says where the address is. */
async function isTold(address: string): Promise<boolean> {
  await client.ip(`neigh flush dev eth0`);
  await answered(address);
  const text = await inside(client, 'ip', 'neigh', 'show', 'to', address, 'dev', 'eth0');
  return /lladdr/.test(text);
}

async function refusal(...words: readonly string[]): Promise<string> {
  return holdfast(server, 'realserver', ...words).then(
    (said) => assert.fail(`it was done: ${said}`),
    (error: Error) => error.message,
  );
}

test('packets for the service are taken, ARP for it is not answered, and an undo leaves nothing', async () => {
  const settings = async () => [
    await setting(server, 'all/arp_ignore'),
    await setting(server, 'all/arp_announce'),
  ];
  await set(server, 'ipv4/conf/all/arp_announce', '1');
  const rehearsed = await holdfast(server, 'realserver', '--vip', vip, '--vip', vip6, '--dry-run');
  assert.match(rehearsed, /would set net\.ipv4\.conf\.all\.arp_ignore from 0 to 1/);
  assert.equal(await server.holds(vip), false);

  const done = await holdfast(server, 'realserver', '--vip', vip, '--vip', vip6);
  assert.match(done, /set net\.ipv4\.conf\.all\.arp_announce from 1 to 2/);
  assert.match(done, /add 10\.11\.0\.100\/32 to lo/);
  assert.match(done, /add fd00:11::100\/128 to lo/);
  assert.deepEqual(await settings(), ['1', '2']);

  assert.equal(await isTold(server.ipv4), true);
  for (const address of [vip, vip6]) {
    assert.equal(await isTold(address), false, `somebody tells where ${address} is`);
    // As a director hands a packet on: to the MAC of the server, with the address untouched.
    await client.ip(`neigh replace ${address} lladdr ${server.mac} dev eth0 nud permanent`);
    assert.ok(await answered(address), `no traffic for ${address} is taken`);
    await client.ip(`neigh del ${address} dev eth0`);
  }

  const again = await holdfast(server, 'realserver', '--vip', vip, '--vip', vip6);
  assert.match(again, /nothing to do/);

  assert.match(await holdfast(server, 'realserver', '--vip', vip6, '--undo'), /remove fd00/);
  assert.deepEqual(await settings(), ['1', '2'], 'the other address still needs them');
  const undone = await holdfast(server, 'realserver', '--undo');
  assert.match(undone, /remove 10\.11\.0\.100\/32 from lo\nset .*back/);
  assert.deepEqual(await settings(), ['0', '1']);
  assert.equal(await server.holds(vip), false);
  assert.match(await holdfast(server, 'realserver', '--undo'), /nothing to undo/);
});

test('what somebody else has changed since is left alone by an undo', async () => {
  await holdfast(server, 'realserver', '--vip', vip);
  await set(server, 'ipv4/conf/all/arp_ignore', '2');
  await server.ip(`addr del ${vip}/32 dev lo`);
  const undone = await holdfast(server, 'realserver', '--undo');
  assert.match(undone, /leave it: net\.ipv4\.conf\.all\.arp_ignore is 2/);
  assert.equal(await setting(server, 'all/arp_ignore'), '2');
  await set(server, 'ipv4/conf/all/arp_ignore', '0');
});

test('the device of a tunnel is set up and let through, and goes back', async () => {
  await server.ip('link add tunl0 type veth peer name far');
  await set(server, 'ipv4/conf/all/rp_filter', '1');
  const done = await holdfast(server, 'realserver', '--vip', vip, '--tunnel');
  assert.match(done, /set net\.ipv4\.conf\.tunl0\.rp_filter from \d to 2/);
  assert.match(await inside(server, 'ip', 'link', 'show', 'tunl0'), /[<,]UP[,>]/);
  assert.match(await holdfast(server, 'realserver', '--vip', vip, '--tunnel'), /nothing to do/);
  await holdfast(server, 'realserver', '--undo');
  assert.doesNotMatch(await inside(server, 'ip', 'link', 'show', 'tunl0'), /[<,]UP[,>]/);
  assert.equal(await setting(server, 'tunl0/rp_filter'), '0');
  await server.ip('link del tunl0');
  await set(server, 'ipv4/conf/all/rp_filter', '0');
});

test('what cannot be meant is refused in a sentence, and nothing is changed', async () => {
  assert.match(await refusal('--vip', 'web'), /"web" is no address/);
  assert.match(await refusal('--vip', vip, '--interface', 'eth0'), /eth0 answers ARP/);
  assert.match(await refusal('--vip', server.ipv4), /10\.11\.0\.2 is on eth0 already/);
  assert.match(await refusal('--vip', vip, '--undo'), /was not set up by this command/);
  assert.equal(await setting(server, 'all/arp_ignore'), '0');
});

test('an address of the holdfast that runs here is refused', async () => {
  const task = startHoldfast(
    server,
    `vrrp_instance front {
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        ${vip}
    }
}
`,
  );
  await until('the daemon answers', 10_000, () =>
    holdfast(server, 'status').then(
      () => true,
      () => undefined,
    ),
  );
  assert.match(await refusal('--vip', vip), /10\.11\.0\.100 is a virtual address of front/);
  await stop(task);
});

test('a user without rights is told so', async () => {
  const program = join(import.meta.dirname, '../../bin/holdfast');
  assert.ok(readFileSync(program));
  const words = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--', process.execPath];
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const state = join(server.directory, 'powerless');
  const said = await inside(
    server,
    ...words,
    ...[main, 'realserver', '--vip', vip, '--state-dir', state],
  ).then(
    (text) => assert.fail(text),
    (error: Error) => error.message,
  );
  assert.match(said, /only root may|CAP_NET_ADMIN/);
});
