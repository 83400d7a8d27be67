/** Over NAT a real server's answers have to come back through the director. */
import { familyOf } from '../../../base/address.ts';
import { addressesOf, isInNetworkOf, isTcp, portOf } from '../networks.ts';
import type { Examination, Finding } from '../patient.ts';

/**
 * Asked from the address of the service, a server of another network answers by way of its router, as it does clients. What
 * does not come back goes elsewhere.
 */
export const serverGateway: Examination = async ({ services, addresses, linkTowards, probes }) => {
  const findings: Finding[] = [];
  for (const service of services.filter(isTcp)) {
    for (const server of service.servers) {
      const { forwarding, address } = server;
      if (forwarding.kind !== 'nat' || forwarding.masquerade === true) continue;
      const link = linkTowards(address);
      const near = addresses.filter((own) => own.link === link?.index && own.prefix < 32);
      const isForeign = (vip: typeof address) =>
        addresses.some((own) => own.address === vip) &&
        familyOf(vip) === familyOf(address) &&
        !near.some((own) => isInNetworkOf(vip, own));
      const vip = addressesOf(service).find(isForeign);
      const port = portOf(service, server);
      if (vip === undefined || port === 0 || !near.some((own) => isInNetworkOf(address, own)))
        continue;
      if ((await probes.connect(address, port)).kind !== 'accepted') continue;
      if ((await probes.connect(address, port, vip)).kind !== 'silent') continue;
      findings.push({
        code: 'server-gateway',
        what: `answers of ${address} to other networks do not come back through this director, so connections over NAT hang`,
        where: `real_server ${address} ${port}, asked from ${vip}`,
        cure: `on ${address}: ip route replace default via ${near[0]?.address ?? 'this director'}; or write lvs_method NAT with masquerade`,
      });
    }
  }
  return findings;
};
