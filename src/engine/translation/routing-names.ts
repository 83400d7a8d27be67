/**
 * Numbers that have names on a host: tables, protocols, scopes, realms, types of service, interface groups (the files of
 * iproute2) and transport protocols (/etc/protocols). Whoever can look at the host adds its own.
 */
export type NameKind =
  | 'table'
  | 'protocol'
  | 'scope'
  | 'realm'
  | 'type of service'
  | 'interface group'
  | 'transport protocol';

export type RoutingNames = Readonly<Record<NameKind, ReadonlyMap<string, number>>>;

const table = { unspec: 0, default: 253, main: 254, local: 255 };
const scope = { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 };
const transport = { icmp: 1, igmp: 2, tcp: 6, udp: 17, dccp: 33, gre: 47, esp: 50, ah: 51 };
const others = { 'ipv6-icmp': 58, icmpv6: 58, ospf: 89, sctp: 132, udplite: 136 };
const protocol = {
  ...{ unspec: 0, redirect: 1, kernel: 2, boot: 3, static: 4, gated: 8, ra: 9, mrt: 10 },
  ...{ zebra: 11, bird: 12, dnrouted: 13, xorp: 14, ntk: 15, dhcp: 16, mrouted: 17 },
  ...{ keepalived: 18, babel: 42, bgp: 186, isis: 187, ospf: 188, rip: 189, eigrp: 192 },
};

/** Those that every host has. */
export const builtinNames: RoutingNames = {
  table: mapOf(table),
  protocol: mapOf(protocol),
  scope: mapOf(scope),
  realm: mapOf({ cosmos: 0 }),
  'type of service': mapOf({}),
  'interface group': mapOf({ default: 0 }),
  'transport protocol': mapOf({ ...transport, ...others }),
};

function mapOf(record: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(record));
}

/** A number as C writes it (decimal, 0x, leading 0), or a name; undefined when it is neither. */
export function numberNamed(names: RoutingNames, kind: NameKind, text: string): number | undefined {
  return numberOf(text) ?? names[kind].get(text) ?? names[kind].get(text.toLowerCase());
}

export function numberOf(text: string): number | undefined {
  if (/^0x[\da-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
