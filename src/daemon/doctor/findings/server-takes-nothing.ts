/** A server of DR has to have the address of the service, and to listen on it. */
import { type Address, familyOf, type Ipv4 } from '../../../base/address.ts';
import { inParallel } from '../in-parallel.ts';
import type { Ipv4ServiceEnd } from '../networks.ts';
import { directEnds } from '../networks.ts';
import type { Connecting, Examination, Finding, Patient } from '../patient.ts';

const atOnce = 64;

export const serverTakesNothing: Examination = async (patient) => {
  const ends = patient.services.flatMap(directEnds);
  const answers = await inParallel(ends, atOnce, (end) => knock(patient, end));
  return answers.flat();
};

async function knock(patient: Patient, end: Ipv4ServiceEnd): Promise<readonly Finding[]> {
  const { vip, server, port } = end;
  const link = patient.linkTowards(server);
  if (link === undefined || link.loopback || familyOf(server) !== 'ipv4') return [];
  const [mac] = await patient.probes.claims(link, server);
  const where = `real_server ${server} ${port}, by ${link.name}`;
  if (mac === undefined) return [absent(server, where)];
  // Whatever comes of it, the server knows our MAC then: else it would ask for it in the name of the service.
  await patient.probes.connect(server, port);
  const answer = await patient.probes.knock(link, { mac, address: vip as Ipv4, port });
  return answer === undefined ? [] : findingOf(answer, end, where);
}

function absent(server: Address, where: string): Finding {
  return {
    code: 'server-silent',
    what: 'nobody answers ARP for the real server',
    where,
    cure: `see that ${server} is up and on this link (ip neigh show ${server})`,
  };
}

function findingOf(
  answer: Connecting,
  { vip, server, port }: Ipv4ServiceEnd,
  where: string,
): readonly Finding[] {
  switch (answer.kind) {
    case 'accepted':
      return [];
    case 'refused':
      return [
        {
          code: 'server-refuses',
          what: `the real server refuses connections to ${vip} port ${port}`,
          where,
          cure: `on ${server}: see that the service runs, and listens on ${vip} or on all addresses (ss -ltn)`,
        },
      ];
    case 'silent':
      return [
        {
          code: 'server-takes-nothing',
          what: `the real server does not take packets for ${vip}, so connections over DR hang`,
          where,
          cure: `on ${server}: holdfast realserver --vip ${vip}; if the address is there, see its packet filter and rp_filter`,
        },
      ];
  }
}
