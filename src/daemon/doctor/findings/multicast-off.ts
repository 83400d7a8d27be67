/** An interface that takes part in no multicast hears no advertisement. */
import type { Examination } from '../patient.ts';

export const multicastOff: Examination = ({ instances, links }) =>
  instances.flatMap(({ name, interface: place, transport }) => {
    const link = links.find((each) => each.name === place);
    if (transport.kind !== 'multicast' || link === undefined || link.multicast) return [];
    return [
      {
        code: 'multicast-off',
        what: `${link.name} takes part in no multicast, and ${name} advertises by it`,
        where: link.name,
        cure: `ip link set ${link.name} multicast on; where the network has none, use unicast_peer`,
      },
    ];
  });
