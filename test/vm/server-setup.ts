/** What a real server needs for each method of forwarding, as a shell's lines. */
import type { Tunnel } from '../../src/base/service.ts';

export type Method = 'nat' | 'direct' | Tunnel['kind'];

export interface AddressPair {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Where encapsulated packets go in UDP. */
export const guePort = 6080;

/** Undoes what another method needed before. */
export function preparation(method: Method, vip: AddressPair, gateway: AddressPair): string[] {
  return [
    ...['lo', 'tunl0', 'gre0'].map(
      (link) => `ip addr flush dev ${link} to ${vip.ipv4}/32 2>/dev/null || true`,
    ),
    ...(method === 'nat' ? overGateway(gateway) : onLink(vip)),
    ...tunnelEnd(method),
  ];
}

function overGateway({ ipv4, ipv6 }: AddressPair): string[] {
  return [
    // The director would say that the client is on the same link, as it is.
    'echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_redirects',
    `ip route replace 10.12.0.0/24 via ${ipv4}`,
    `ip -6 route del fd00:12::/64 || true`,
    `ip -6 route replace fd00:12::/64 via ${ipv6}`,
  ];
}

/** It has the virtual address, keeps that from everybody, and answers the client itself. */
function onLink({ ipv4, ipv6 }: AddressPair): string[] {
  return [
    'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore',
    'echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce',
    `ip addr replace ${ipv4}/32 dev lo`,
    `ip -6 addr replace ${ipv6}/128 dev lo nodad`,
    'ip route replace 10.12.0.0/24 dev eth0',
    'ip -6 route replace fd00:12::/64 dev eth0',
  ];
}

function tunnelEnd(method: Method): string[] {
  switch (method) {
    case 'ipip':
      return ['modprobe ipip', 'ip link set tunl0 up'];
    case 'gue':
      return [
        ...['modprobe ipip', 'modprobe fou', 'ip link set tunl0 up'],
        `ip fou add port ${guePort} gue 2>/dev/null || true`,
      ];
    case 'gre':
      return ['modprobe ip_gre', 'ip link set gre0 up'];
    default:
      return [];
  }
}
