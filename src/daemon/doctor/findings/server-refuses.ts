/** A real server that does not take connections from here. What DR hands on is tried as DR hands it on. */
import type { BalancedServer } from '../../../engine/balancer/model.ts';
import { inParallel } from '../in-parallel.ts';
import { isDirect, isTcp, portOf } from '../networks.ts';
import type { Connecting, Examination, Finding } from '../patient.ts';

const atOnce = 512;

export const serverRefuses: Examination = async ({ services, probes }) => {
  const targets = new Map<string, { readonly server: BalancedServer; readonly port: number }>();
  for (const service of services.filter(isTcp)) {
    for (const server of service.servers.filter((each) => !isDirect(each))) {
      const port = portOf(service, server);
      if (port > 0) targets.set(`${server.address} ${port}`, { server, port });
    }
  }
  const tried = await inParallel([...targets], atOnce, async ([name, { server, port }]) =>
    findingOf(name, server, await probes.connect(server.address, port)),
  );
  return tried.flat();
};

function findingOf(
  name: string,
  { forwarding, address }: BalancedServer,
  answer: Connecting,
): readonly Finding[] {
  if (answer.kind === 'accepted') return [];
  // What listens on the address of the service alone is reached by DR and TUN, and not to be tried from here.
  const more =
    forwarding.kind === 'nat' ? '' : ' (it may listen on the address of the service alone)';
  const isRefused = answer.kind === 'refused';
  return [
    {
      code: isRefused ? 'server-refuses' : 'server-silent',
      what: isRefused
        ? `the real server refuses connections${more}`
        : `the real server does not answer (${answer.code})`,
      where: `real_server ${name}`,
      cure: isRefused
        ? `on ${address}: see that the service runs and listens on that port (ss -ltn)`
        : `see that ${address} is up and reachable from here (ping, ip route get ${address}), and that its own firewall lets this host in`,
    },
  ];
}
