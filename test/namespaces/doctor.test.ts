/** Faults planted in a laboratory, each found by `holdfast doctor`; and hosts that are well, on which it finds none. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Examined } from '../../src/daemon/doctor/finding.ts';
import { command } from '../lab/command.ts';
import { program, startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { stop } from '../lab/task.ts';
import { until } from '../lab/until.ts';

const vip = '10.11.0.100';
const afar = '10.12.0.100';
/** A daemon compiles everything on its first start. */
const START = 40_000;
const greeter = join(import.meta.dirname, '../../demo/web-server.ts');

let lab: Lab;
let director: Host;
let other: Host;
let server: Host;

before(async () => {
  lab = await openLab(['director', 'other', 'server']);
  [director, other, server] = [lab.host('director'), lab.host('other'), lab.host('server')];
  server.start(process.execPath, [greeter, 'server'], { name: 'web server' });
  await sysctl(director, 'ipv4.ip_forward=1');
  await director.ip(`addr add ${vip}/32 dev eth0`);
  await until('the web server listens', 5_000, async () =>
    /:80\b/.test(await inside(server, 'cat', '/proc/net/tcp6').then(portsOf)) ? true : undefined,
  );
});
after(() => lab.close());

function portsOf(table: string): string {
  return table.replaceAll(/:([0-9A-F]{4}) /g, (_, hex: string) => `:${Number.parseInt(hex, 16)} `);
}

function inside(host: Host, ...words: readonly string[]): Promise<string> {
  return command('nsenter', [`--net=${host.space.path}`, '--', ...words]);
}

/** `ipv4.ip_forward=1` */
function sysctl(host: Host, setting: string): Promise<string> {
  const [name = '', value = ''] = setting.split('=');
  return inside(host, 'sh', '-c', `echo ${value} > /proc/sys/net/${name.replaceAll('.', '/')}`);
}

interface Report extends Examined {
  readonly codes: readonly string[];
  readonly status: number | null;
}

/** Called on the host, or outside of it with a configuration that names its namespace. */
function examined(
  host: Host,
  configuration: string,
  from: 'inside' | 'outside' = 'inside',
): Report {
  const file = join(host.directory, 'doctor.conf');
  writeFileSync(file, configuration);
  const state = join(host.directory, 'state');
  const words = [program, 'doctor', file, '--json', '--state-dir', state];
  const enter = from === 'inside' ? ['nsenter', `--net=${host.space.path}`, '--'] : ['env'];
  const [first = '', ...rest] = [...enter, ...words];
  const { status, stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8', timeout: 30_000 });
  assert.notEqual(stdout, '', stderr);
  const report = JSON.parse(stdout) as Examined;
  return { ...report, codes: report.findings.map(({ code }) => code).sort(), status };
}

interface ServiceWords {
  readonly address?: string;
  readonly method?: string;
  readonly servers?: readonly string[];
}

function service({ address = vip, method = 'NAT', servers = [`${server.ipv4} 80`] }: ServiceWords) {
  const real = servers.map((each) => `    real_server ${each} {\n    }`);
  return [
    `virtual_server ${address} 80 {`,
    '    lb_algo rr',
    `    lb_kind ${method}`,
    '    protocol TCP',
    ...real,
    '}',
    '',
  ].join('\n');
}

function instance(more = '', address = '10.11.0.200'): string {
  return `vrrp_instance front {
    interface eth0
    version 3
    virtual_router_id 51
    priority 100
    advert_int 0.2
    ${more}
    virtual_ipaddress {
        ${address}
    }
}
`;
}

test('nothing is found on hosts that are well', async () => {
  const report = examined(director, service({}) + instance());
  assert.deepEqual([report.codes, report.unseen, report.status], [[], [], 0]);
  await inside(server, program, 'realserver', '--vip', vip, '--state-dir', server.directory);
  assert.deepEqual(examined(director, service({ method: 'DR' })).codes, []);
  await inside(server, program, 'realserver', '--undo', '--state-dir', server.directory);
});

test('a host that does not forward, and a server that refuses', async () => {
  await sysctl(director, 'ipv4.ip_forward=0');
  const report = examined(director, service({ servers: [`${server.ipv4} 81`] }));
  assert.deepEqual([report.codes, report.status], [['forwarding-off', 'server-refuses'], 1]);
  assert.match(report.findings[0]?.cure ?? '', /sysctl -w net\.ipv4\.ip_forward=1/);
  const named = `net_namespace ${director.space.name}\n${service({})}`;
  assert.deepEqual(examined(director, named, 'outside').codes, ['forwarding-off']);
  await sysctl(director, 'ipv4.ip_forward=1');
});

test('a real server that answers ARP for the service', async () => {
  await server.ip(`addr add ${vip}/32 dev lo`);
  const report = examined(director, service({ method: 'DR' }));
  assert.deepEqual(report.codes, ['arp-answered']);
  const [finding] = report.findings;
  assert.match(finding?.what ?? '', new RegExp(`${server.ipv4} answers ARP for ${vip}`));
  assert.match(finding?.where ?? '', new RegExp(server.mac));
  await server.ip(`addr del ${vip}/32 dev lo`);
});

test('ports that DR cannot change, servers off the link, an address that is nowhere, a tunnel too narrow', () => {
  const direct = service({ method: 'DR', servers: [`${server.ipv4} 8080`] });
  assert.deepEqual(examined(director, direct).codes, ['port-changed', 'server-takes-nothing']);
  const remote = service({ address: afar, method: 'DR', servers: ['10.13.0.9 80'] });
  assert.deepEqual(examined(director, remote).codes, ['address-absent', 'server-off-link']);
  assert.deepEqual(examined(director, service({ method: 'TUN' })).codes, ['tunnel-mtu']);
});

test('a server of DR without the address, and one that does not listen', async () => {
  const direct = service({ method: 'DR' });
  assert.deepEqual(examined(director, direct).codes, ['server-takes-nothing']);
  const state = ['--state-dir', server.directory];
  await inside(server, program, 'realserver', '--vip', vip, ...state);
  assert.deepEqual(examined(director, direct).codes, []);
  const other81 = direct.replace(`${vip} 80`, `${vip} 81`).replace(' 80 {', ' 81 {');
  assert.deepEqual(examined(director, other81).codes, ['server-refuses']);
  await inside(server, program, 'realserver', '--undo', ...state);
});

test('strict filtering where clients come in by another way than they are answered', async () => {
  await director.ip(
    'link add out type veth peer name beyond',
    'link set out up',
    'link set beyond up',
    'addr add 10.14.0.1/24 dev out',
    'route add default via 10.14.0.2 dev out',
  );
  await sysctl(director, 'ipv4.conf.eth0.rp_filter=1');
  assert.deepEqual(examined(director, service({})).codes, ['strict-path']);
  await sysctl(director, 'ipv4.conf.eth0.rp_filter=2');
  assert.deepEqual(examined(director, service({})).codes, []);
  await sysctl(director, 'ipv4.conf.eth0.rp_filter=0');
  await director.ip('link del out');
});

test('a server whose answers do not come back', async () => {
  await director.ip(`addr add ${afar}/32 dev eth0`);
  assert.deepEqual(examined(director, service({ address: afar })).codes, ['server-gateway']);
  await server.ip(`route add default via ${director.ipv4}`);
  assert.deepEqual(examined(director, service({ address: afar })).codes, []);
  await server.ip('route del default');
  await director.ip(`addr del ${afar}/32 dev eth0`);
});

test('a packet filter that drops what is forwarded, and advertisements', async () => {
  const rules = `table inet filter {
    chain forward { type filter hook forward priority 0; policy drop; ct state established accept; }
    chain input { type filter hook input priority 0; ip protocol 112 drop; }
}`;
  const file = join(director.directory, 'rules.nft');
  writeFileSync(file, rules);
  await inside(director, 'nft', '-f', file);
  const task = startHoldfast(other, instance());
  await until('the other is master', START, async () =>
    (await other.holds('10.11.0.200')) ? true : undefined,
  );
  const report = examined(director, service({}) + instance());
  assert.deepEqual(report.codes, ['advertisements-dropped', 'firewall-drops', 'firewall-drops']);
  // Deaf as it is, it becomes master beside the other.
  const deaf = startHoldfast(director, instance());
  await until('both are master', START, async () =>
    (await director.holds('10.11.0.200')) ? true : undefined,
  );
  assert.ok(examined(director, instance()).codes.includes('two-masters'));
  await stop(deaf);
  await inside(director, 'nft', 'flush', 'ruleset');
  assert.deepEqual(examined(director, service({}) + instance()).codes, []);

  const taken = examined(director, instance('', '10.11.0.201'));
  assert.deepEqual(taken.codes, ['router-id-taken']);
  assert.match(taken.findings[0]?.what ?? '', new RegExp(other.ipv4));

  await stop(task);
});

test('rules that Docker and firewalld make, of which the second let pass what was translated', async () => {
  const load = async (rules: string): Promise<void> => {
    const file = join(director.directory, 'rules.nft');
    writeFileSync(file, rules);
    await inside(director, 'nft', '-f', file);
  };
  await load(`table ip filter {
    chain DOCKER-USER { counter return; }
    chain FORWARD { type filter hook forward priority 0; policy drop; counter jump DOCKER-USER;
      oifname "docker0" ct state related,established counter accept;
      iifname "docker0" oifname != "docker0" counter accept; }
}`);
  const [dropped, ...others] = examined(director, service({})).findings;
  assert.deepEqual([dropped?.code, others.length], ['firewall-drops', 0]);
  assert.match(
    dropped?.cure ?? '',
    new RegExp(`-I DOCKER-USER -d ${server.ipv4} -p tcp --dport 80`),
  );
  await load(`flush ruleset
table inet firewalld {
    chain filter_FORWARD { type filter hook forward priority 10; ct state { established, related } accept;
      ct status dnat accept; iifname "lo" accept; reject with icmpx admin-prohibited; }
}`);
  assert.deepEqual(examined(director, service({})).codes, []);
  await inside(director, 'nft', 'flush', 'ruleset');
});

test('a peer that is not there, and an interface without multicast', async () => {
  const peers = (address: string) => instance(`unicast_peer {\n${address}\n}`);
  assert.deepEqual(examined(director, peers('10.11.0.77')).codes, ['peer-unreachable']);
  await sysctl(other, 'ipv4.icmp_echo_ignore_all=1');
  assert.deepEqual(examined(director, peers(other.ipv4)).codes, [], 'who filters ICMP is there');
  await director.ip('link set eth0 multicast off');
  assert.deepEqual(examined(director, instance()).codes, ['multicast-off']);
  await director.ip('link set eth0 multicast on');
});

test('strict filtering for all interfaces beside a virtual MAC', async () => {
  await sysctl(director, 'ipv4.conf.all.rp_filter=1');
  assert.deepEqual(examined(director, instance('use_vmac')).codes, ['vmac-path']);
  await sysctl(director, 'ipv4.conf.all.rp_filter=0');
});
