/** What arrives on the wire and is not delivered on the host is dropped in between. */
import type { Examination, Finding } from '../patient.ts';

export const advertisementsDropped: Examination = ({ instances, links, heard }) => {
  const findings: Finding[] = [];
  for (const { name, interface: place, virtualRouterId } of instances) {
    const link = links.find((each) => each.name === place);
    if (link === undefined) continue;
    const own = heard.filter(
      (one) => one.link === link.index && one.virtualRouterId === virtualRouterId,
    );
    const delivered = new Set(own.filter(({ by }) => by === 'host').map(({ source }) => source));
    const lost = new Set(own.map(({ source }) => source).filter((each) => !delivered.has(each)));
    for (const source of lost) {
      findings.push({
        code: 'advertisements-dropped',
        what: `advertisements of ${source} reach ${link.name} but not the daemon, so two hosts are master of ${name}`,
        where: `${link.name}, virtual router ${virtualRouterId}`,
        cure: `let protocol 112 in (nft add rule ... meta l4proto 112 accept; iptables -I INPUT -p 112 -j ACCEPT), and see net.ipv4.conf.${link.name}.rp_filter where ${source} is of another network`,
      });
    }
  }
  return findings;
};
