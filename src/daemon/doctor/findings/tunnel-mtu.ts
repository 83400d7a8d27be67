/** A packet of full size does not fit into a tunnel over a link of the same size. */
import { type Address, familyOf } from '../../../base/address.ts';
import type { Tunnel } from '../../../base/service.ts';
import { addressesOf } from '../networks.ts';
import type { Examination, Finding, Patient } from '../patient.ts';

const usual = 1_500;

export const tunnelMtu: Examination = (patient) => {
  const findings = new Map<string, Finding>();
  for (const service of patient.services) {
    const clients = clientMtu(patient, addressesOf(service));
    for (const { address, forwarding } of service.servers) {
      if (forwarding.kind !== 'tunnel') continue;
      const link = patient.linkTowards(address);
      const needed = clients + envelopeOf(address, forwarding.tunnel);
      if (link === undefined || link.mtu >= needed) continue;
      findings.set(link.name, {
        code: 'tunnel-mtu',
        what: `packets of ${clients} bytes do not fit into the tunnel to ${address}: large requests hang where ICMP is filtered`,
        where: `${link.name}, whose MTU is ${link.mtu}`,
        cure: `give the way to the servers an MTU of ${needed} (ip link set ${link.name} mtu ${needed}, and on switches and servers), or let the servers ask for less: ip route change default via ROUTER advmss ${clients - (needed - clients) - 40}`,
      });
    }
  }
  return [...findings.values()];
};

/** By which clients come. */
function clientMtu({ links, addresses }: Patient, vips: readonly Address[]): number {
  const places = addresses.filter(({ address }) => vips.includes(address)).map(({ link }) => link);
  const sizes = links.filter(({ index, loopback }) => !loopback && places.includes(index));
  return sizes.length === 0 ? usual : Math.max(...sizes.map(({ mtu }) => mtu));
}

/** The outer IP header, and what stands between it and the packet (RFC 2003, RFC 2784, GUE). */
function envelopeOf(server: Address, tunnel: Tunnel): number {
  const outer = familyOf(server) === 'ipv4' ? 20 : 40;
  if (tunnel.kind === 'ipip') return outer;
  if (tunnel.kind === 'gue') return outer + 8 + 4 + (tunnel.checksum === 'remote' ? 8 : 0);
  return outer + 4 + (tunnel.checksum === 'none' ? 0 : 4);
}
