/** The packet filter of this host drops what it is there for. */
import { type Address, familyOf } from '../../../base/address.ts';
import { type FilterVerdict, type Flow, filterVerdict } from '../filter.ts';
import { addressesOf, portOf } from '../networks.ts';
import type { Examination, Finding, Patient } from '../patient.ts';

export const firewallDrops: Examination = (patient) => {
  const { ruleset } = patient;
  if (ruleset === undefined) return [];
  const wanted = [...routerFlows(patient), ...serviceFlows(patient)];
  const findings = new Map<string, Finding>();
  for (const { flow, what } of wanted) {
    const verdict: FilterVerdict = filterVerdict(ruleset, flow);
    if (verdict.kind !== 'dropped') continue;
    findings.set(`${verdict.by} ${what}`, {
      code: 'firewall-drops',
      what: `the packet filter drops ${what}`,
      where: `chain ${verdict.by}`,
      cure: `let it pass there: nft insert rule ${verdict.by} ${ruleFor(flow)} accept`,
    });
  }
  return [...findings.values()];
};

interface WantedFlow {
  readonly flow: Flow;
  readonly what: string;
}

function routerFlows({ instances }: Patient): readonly WantedFlow[] {
  return instances.map(({ name, family, interface: link, transport, authentication }) => {
    const group = transport.kind === 'multicast' ? transport.group : transport.source;
    return {
      flow: {
        hook: 'input',
        family: family === 'ipv4' ? 'ip' : 'ip6',
        protocol: authentication.kind === 'ah' ? 'ah' : 'vrrp',
        destination: group ?? '',
        port: undefined,
        interface: link,
      },
      what: `the advertisements of ${name}, so this host becomes master beside another`,
    };
  });
}

/** Over IPVS packets come in at the address of the service; over nftables NAT has given them that of a server before. */
function serviceFlows({ services, plane, links, addresses }: Patient): readonly WantedFlow[] {
  return services.flatMap((service) => {
    const protocol = service.keys.flatMap((key) => (key.kind === 'address' ? key.protocol : []))[0];
    const vips = addressesOf(service);
    const owner = addresses.find(({ address }) => vips.includes(address))?.link;
    const name = links.find(({ index }) => index === owner)?.name;
    if (protocol === undefined) return [];
    const to = (hook: Flow['hook'], address: Address, port: number): Flow => ({
      ...{ hook, protocol, destination: address, port, interface: name },
      family: familyOf(address) === 'ipv4' ? 'ip' : 'ip6',
    });
    const forwarded = service.servers
      .filter(({ forwarding }) => forwarding.kind === 'nat')
      .map((server) => ({
        flow: to('forward', server.address, portOf(service, server)),
        what: `connections of ${service.id} on their way to ${server.address}`,
      }));
    if (plane !== 'ipvs') return forwarded;
    const ports = service.keys.flatMap((key) => (key.kind === 'address' ? [key] : []));
    const entering = ports.map(({ address, port }) => ({
      flow: to('input', address, port),
      what: `connections to ${address} port ${port}`,
    }));
    return [...entering, ...forwarded];
  });
}

function ruleFor({ protocol, port, family, destination }: Flow): string {
  if (port === undefined) return `meta l4proto ${protocol}`;
  return `${family} daddr ${destination} ${protocol} dport ${port}`;
}
