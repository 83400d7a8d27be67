/** The routes and rules of a host as `ip` shows them, and a configuration that has every kind of them. */
import { command } from '../lab/command.ts';
import type { Host } from '../lab/host.ts';

/** Fields that differ between two runs or two kernels without meaning anything. */
const volatile = new Set(['expires', 'error', 'fwmark_mask']);

type Entry = Readonly<Record<string, unknown>>;

/** Those that are from keepalived or from who a line names, one line of JSON each, sorted. */
export async function routesOf(host: Host): Promise<readonly string[]> {
  const tables = await Promise.all(
    ['-4', '-6'].map((family) => show(host, [family, '-d', '-j', 'route', 'show', 'table', 'all'])),
  );
  return tables.flat().filter(isOurs).map(spell).toSorted();
}

export async function rulesOf(host: Host): Promise<readonly string[]> {
  const rules = await Promise.all(
    ['-4', '-6'].map((family) => show(host, [family, '-d', '-j', 'rule', 'show'])),
  );
  return rules.flat().filter(isOurs).map(spell).toSorted();
}

async function show(host: Host, words: readonly string[]): Promise<readonly Entry[]> {
  return JSON.parse((await command('ip', ['-n', host.space.name, ...words])) || '[]') as Entry[];
}

function isOurs({ protocol }: Entry): boolean {
  return protocol === 'keepalived' || protocol === '18' || protocol === 'static';
}

function spell(entry: Entry): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(entry).filter(([key]) => !volatile.has(key))),
  );
}

/** One of each kind, and each attribute once. keepalived 2.2.7 gives a protocol of its own only to what is not tracked. */
export const routeLines: readonly string[] = [
  '198.51.100.0/24 via 10.11.0.9 dev eth0',
  '198.51.101.0/24 dev eth0 scope link src 10.11.0.100',
  '198.51.102.0/24 via 10.11.0.9 dev eth0 table 300 metric 7',
  'blackhole 198.51.103.0/24',
  'unreachable 198.51.104.0/24 table 301',
  'prohibit 198.51.105.0/24 metric 20',
  '198.51.106.0/24 via 10.11.0.9 dev eth0 mtu lock 1400 advmss 1360 window 65535 initcwnd 12 initrwnd 14 hoplimit 33',
  '198.51.107.0/24 via 10.11.0.9 dev eth0 rtt 300ms rttvar 220ms rto_min 240ms reordering 5 ssthresh 30 cwnd 40 features ecn quickack 1 congctl reno',
  '198.51.108.0/24 nexthop via 10.11.0.8 dev eth0 weight 3 nexthop via 10.11.0.9 dev eth0 weight 2',
  '198.51.109.0/24 via 10.250.0.1 dev eth0 onlink',
  '198.51.110.0/24 via 10.11.0.9 dev eth0 protocol static tos 0x10 no_track',
  '198.51.111.0/24 via 10.11.0.9 dev eth0 realms 3/4',
  'default via 10.11.0.9 dev eth0 table 302',
  'throw 198.51.114.0/24 table 300',
  'to 198.51.115.0/24 gw 10.11.0.9 oif eth0 rtt 3000 rttvar 2000 rto_min 500 ssthresh lock 107',
  '198.51.116.0/24 encap ip id 5 dst 10.11.0.9 ttl 7 tos 3 dev eth0',
  '198.51.117.0/24 via 10.11.0.9 dev eth0 fastopen_no_cookie 1 scope site',
  '198.51.118.0/24 via 10.11.0.9 dev eth0 table 304',
  '198.51.118.0/24 via 10.11.0.8 dev eth0 table 304 append',
  '198.51.119.0/24 nexthop via 10.250.0.1 dev eth0 onlink nexthop via 10.11.0.9 dev eth0',
  '198.51.120.0/24 dev eth0 priority 9 realms 4',
  '2001:db8:1::/64 via fd00:11::9 dev eth0',
  '2001:db8:2::/64 via fd00:11::9 dev eth0 table 300 metric 77 pref high mtu 1400',
  '2001:db8:3::/64 dev eth0',
  'unreachable 2001:db8:4::/64',
  '2001:db8:5::/64 nexthop via fd00:11::8 dev eth0 weight 2 nexthop via fd00:11::9 dev eth0 weight 1',
  '2001:db8:6::/64 via fd00:11::9 dev eth0 expires 300 hoplimit 12',
  '2001:db8:7::/64 from 2001:db8:8::/64 via fd00:11::9 dev eth0',
  'default6 via fd00:11::9 dev eth0 table 303',
];

export const ruleLines: readonly string[] = [
  'from 192.0.2.0/24 table 300 preference 100',
  'to 198.51.100.0/24 table 300 preference 101',
  'from 192.0.2.0/24 to 198.51.100.0/24 iif eth0 oif eth1 tos 0x10 fwmark 24/12 table 301 preference 102',
  'not from 192.0.2.9 table 300 preference 103',
  'from 192.0.2.10 preference 104 goto 110',
  'from 192.0.2.11 preference 110 nop',
  'from 192.0.2.12 preference 111 blackhole',
  'from 192.0.2.13 preference 112 unreachable',
  'from 192.0.2.14 preference 113 prohibit',
  'from 192.0.2.15 table 300 preference 114 suppress_prefixlength 8',
  'from 192.0.2.16 table 300 preference 115 uidrange 1000-1999',
  'from 192.0.2.17 table 300 preference 116 ipproto tcp sport 1000-2000 dport 80-81',
  'from 192.0.2.18 table 300 preference 117 protocol 4 no_track',
  'from 192.0.2.19 table 300 preference 118 realms 3/4',
  'from 192.0.2.20 table main',
  'from 192.0.2.21 preference 119 tunnel-id 42 table 300',
  'from 192.0.2.22 preference 121 suppress_ifgroup 3 table 300',
  'from 2001:db8::/64 table 300 preference 100',
  'from 192.0.2.23 l3mdev preference 122',
  'to 192.0.2.24 dsfield 0x8 lookup 300 order 123 sup_pl 4',
  'to 2001:db8:1::/64 blackhole preference 120',
];
