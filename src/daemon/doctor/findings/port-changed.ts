/** DR and TUN hand packets on as they are, with the port of the service in them. */
import type { Examination } from '../patient.ts';

export const portChanged: Examination = ({ written }) =>
  written.flatMap(({ service, servicePort, address, port, method }) => {
    if (method === 'NAT' || port === undefined || port === (servicePort ?? port)) return [];
    return [
      {
        code: 'port-changed',
        what: `${address} gets connections to port ${servicePort}, not to its port ${port}: ${method} cannot change ports`,
        where: `virtual_server ${service}, real_server ${address} ${port}`,
        cure: `let the server listen on port ${servicePort} of the service's address, or use lvs_method NAT`,
      },
    ];
  });
