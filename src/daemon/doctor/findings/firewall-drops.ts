/** The packet filter of this host drops what it is there for. */
import { type Address, familyOf } from '../../../base/address.ts';
import { type FilterVerdict, type Flow, filterVerdict, type Ruleset } from '../filter.ts';
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
      cure: cureOf(ruleset, verdict.by, flow),
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
function serviceFlows(patient: Patient): readonly WantedFlow[] {
  const { services, plane, links, addresses, linkTowards } = patient;
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
        flow: {
          ...to('forward', server.address, portOf(service, server)),
          output: linkTowards(server.address)?.name,
          translated: plane === 'nftables' ? true : undefined,
        },
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

/** Who else keeps rules there takes away what is put between them: each has a place of its own for it. */
function cureOf(ruleset: Ruleset, by: string, flow: Flow): string {
  const [family, table] = by.split(' ');
  const { protocol, port, destination } = flow;
  if (table === 'firewalld') {
    const opening =
      flow.hook === 'forward' ? '--add-forward' : `--add-port=${port ?? '1-65535'}/${protocol}`;
    const word = port === undefined ? `--add-protocol=${protocol}` : opening;
    return `let it pass in firewalld: firewall-cmd --permanent ${word} && firewall-cmd --reload`;
  }
  const isDocker = ruleset.some(({ chain }) => {
    const one = chain as { readonly name: string; readonly table: string } | undefined;
    return one?.name === 'DOCKER-USER' && one.table === table;
  });
  if (isDocker && flow.hook === 'forward' && port !== undefined) {
    const program = family === 'ip6' ? 'ip6tables' : 'iptables';
    return `Docker drops what it does not know; let it pass in its chain for that: ${program} -I DOCKER-USER -d ${destination} -p ${protocol} --dport ${port} -j ACCEPT`;
  }
  return `let it pass there: nft insert rule ${by} ${ruleFor(flow)} accept`;
}

function ruleFor({ protocol, port, family, destination }: Flow): string {
  if (port === undefined) return `meta l4proto ${protocol}`;
  return `${family} daddr ${destination} ${protocol} dport ${port}`;
}
