/** NAT needs a host that forwards. */
import { familyOf } from '../../../base/address.ts';
import type { Examination } from '../patient.ts';

const settings = {
  ipv4: 'net/ipv4/ip_forward',
  ipv6: 'net/ipv6/conf/all/forwarding',
} as const;

export const forwardingOff: Examination = ({ services, setting }) => {
  const families = new Set(
    services.flatMap(({ servers }) =>
      servers
        .filter(({ forwarding }) => forwarding.kind === 'nat')
        .map(({ address }) => familyOf(address)),
    ),
  );
  return [...families]
    .filter((family) => setting(settings[family]) === '0')
    .map((family) => {
      const name = settings[family].replaceAll('/', '.');
      return {
        code: 'forwarding-off',
        what: `this host does not forward ${family === 'ipv4' ? 'IPv4' : 'IPv6'}: connections over NAT hang after their first packet`,
        where: name,
        cure: `sysctl -w ${name}=1, and in /etc/sysctl.d for the next start`,
      };
    });
};
