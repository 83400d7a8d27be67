/** A peer of unicast advertisements that does not answer. */

import type { Address } from '../../../base/address.ts';
import type { Examination, Finding } from '../patient.ts';

export const peerUnreachable: Examination = async ({ instances, linkTowards, heard, probes }) => {
  const peers = new Map<Address, string>();
  for (const { name, transport } of instances) {
    if (transport.kind !== 'unicast') continue;
    for (const { address } of transport.peers) peers.set(address, name);
  }
  const asked = await Promise.all(
    [...peers].map(async ([address, instance]): Promise<Finding[]> => {
      if (heard.some(({ source }) => source === address)) return [];
      const link = linkTowards(address);
      // Who filters ICMP still answers ARP.
      const [isAnswered, claims] = await Promise.all([
        probes.answersPing(address),
        link === undefined ? [] : probes.claims(link, address),
      ]);
      if (isAnswered || claims.length > 0) return [];
      return [
        {
          code: 'peer-unreachable',
          what:
            link === undefined
              ? `there is no route to the peer ${address} of ${instance}`
              : `the peer ${address} of ${instance} answers neither ping nor ARP`,
          where: `unicast_peer ${address}${link === undefined ? '' : `, by ${link.name}`}`,
          cure: `see that the peer is up and its address right; ip route get ${address}`,
        },
      ];
    }),
  );
  return asked.flat();
};
