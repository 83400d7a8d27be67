/** Over NAT a real server's answers have to come back through the director. */
import { type Address, familyOf } from '../../../base/address.ts';
import type { BalancedServer, BalancedService } from '../../../engine/balancer/model.ts';
import { inParallel } from '../in-parallel.ts';
import { addressesOf, isInNetworkOf, isTcp, portOf } from '../networks.ts';
import type { Examination, Finding, Patient } from '../patient.ts';

const atOnce = 128;

/**
 * Asked from the address of the service, a server of another network answers by way of its router, as it does clients. What
 * does not come back goes elsewhere.
 */
export const serverGateway: Examination = async (patient) => {
  const wanted = patient.services
    .filter(isTcp)
    .flatMap((service) => service.servers.flatMap((server) => askingOf(patient, service, server)));
  const found = await inParallel(wanted, atOnce, (asking) => ask(patient, asking));
  return found.flat();
};

interface Asking {
  readonly server: Address;
  readonly port: number;
  /** An address of this host that is of another network. */
  readonly from: Address;
  /** The one of this host in the server's own network. */
  readonly gateway: Address;
}

function askingOf(
  { addresses, linkTowards }: Patient,
  service: BalancedService,
  server: BalancedServer,
): readonly Asking[] {
  const { forwarding, address } = server;
  const port = portOf(service, server);
  if (forwarding.kind !== 'nat' || forwarding.masquerade === true || port === 0) return [];
  const link = linkTowards(address);
  const near = addresses.filter((own) => own.link === link?.index && own.prefix < 32);
  const gateway = near.find((own) => isInNetworkOf(address, own))?.address;
  const from = addressesOf(service).find(
    (vip) =>
      addresses.some((own) => own.address === vip) &&
      familyOf(vip) === familyOf(address) &&
      !near.some((own) => isInNetworkOf(vip, own)),
  );
  if (gateway === undefined || from === undefined) return [];
  return [{ server: address, port, from, gateway }];
}

async function ask(
  { probes }: Patient,
  { server, port, from, gateway }: Asking,
): Promise<readonly Finding[]> {
  if ((await probes.connect(server, port)).kind !== 'accepted') return [];
  if ((await probes.connect(server, port, from)).kind !== 'silent') return [];
  return [
    {
      code: 'server-gateway',
      what: `answers of ${server} to other networks do not come back through this director, so connections over NAT hang`,
      where: `real_server ${server} ${port}, asked from ${from}`,
      cure: `on ${server}: ip route replace default via ${gateway}, an address of this director; better a virtual one, which moves with the service`,
    },
  ];
}
