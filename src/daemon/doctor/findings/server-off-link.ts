/** DR reaches servers by their MAC: they have to be on a link of the director. */
import { familyOf } from '../../../base/address.ts';
import { isInNetworkOf } from '../networks.ts';
import type { Examination } from '../patient.ts';

export const serverOffLink: Examination = ({ services, addresses }) => {
  const direct = services.flatMap(({ servers }) =>
    servers.filter(({ forwarding }) => forwarding.kind === 'direct').map(({ address }) => address),
  );
  return [...new Set(direct)]
    .filter(
      (server) =>
        !addresses.some((own) => own.address === server || isInNetworkOf(server, own)) &&
        familyOf(server) === 'ipv4',
    )
    .map((server) => ({
      code: 'server-off-link',
      what: `${server} is in no network of this host, and DR reaches only servers on the same link`,
      where: `real_server ${server}`,
      cure: 'put director and server on one link, or use lvs_method TUN or NAT',
    }));
};
