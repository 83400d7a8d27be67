/** Clients that are told by a real server where the service is go past the director. */
import { type Address, familyOf } from '../../../base/address.ts';
import type { Link } from '../../../ports.ts';
import { inParallel } from '../in-parallel.ts';
import { addressesOf, untouched } from '../networks.ts';
import type { Examination, Finding, Patient } from '../patient.ts';

export const arpAnswered: Examination = async (patient) => {
  const wanted = patient.services.flatMap((service) => {
    const servers = untouched(service).map(({ address }) => address);
    return servers.length === 0 ? [] : addressesOf(service).map((vip) => ({ vip, servers }));
  });
  const found = await inParallel(wanted, atOnce, ({ vip, servers }) =>
    examine(patient, vip, servers),
  );
  // Services at several ports of one address say the same.
  return [...new Map(found.flat().map((finding) => [finding.where, finding])).values()];
};

const atOnce = 64;

async function examine(
  patient: Patient,
  vip: Address,
  servers: readonly Address[],
): Promise<readonly Finding[]> {
  const { links, probes } = patient;
  const link = linkOf(patient, vip);
  if (link === undefined) return [];
  const own = new Set(links.flatMap(({ mac }) => mac ?? []));
  const claims = (await probes.claims(link, vip)).filter((mac) => !own.has(mac));
  if (claims.length === 0) return [];
  const owners = new Map<string, Address>();
  for (const server of servers) {
    if (familyOf(server) !== familyOf(vip)) continue;
    for (const mac of await probes.claims(link, server)) owners.set(mac, server);
  }
  return claims.flatMap((mac): Finding[] => {
    const server = owners.get(mac);
    if (server === undefined) return [];
    return [
      {
        code: 'arp-answered',
        what: `the real server ${server} answers ARP for ${vip}, so clients send to it past the director`,
        where: `${link.name}: ${vip} is at ${mac}`,
        cure: `on ${server}: holdfast realserver --vip ${vip}`,
      },
    ];
  });
}

/** The interface that has the address, else the one that leads to its network. */
function linkOf({ links, addresses, linkTowards }: Patient, vip: Address): Link | undefined {
  const owner = addresses.find(({ address }) => address === vip)?.link;
  const link = links.find(({ index }) => index === owner) ?? linkTowards(vip);
  return link === undefined || link.loopback || link.noArp ? undefined : link;
}
