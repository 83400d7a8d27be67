/** NAT over nftables lives in connection tracking, which may be full. */
import type { Examination } from '../patient.ts';

const most = 'net/netfilter/nf_conntrack_max';
const count = 'net/netfilter/nf_conntrack_count';
const nearlyFull = 0.9;

export const connectionTracking: Examination = ({ services, plane, states, setting }) => {
  const needsIt =
    plane === 'nftables' &&
    services.some(({ servers }) => servers.some(({ forwarding }) => forwarding.kind === 'nat'));
  if (!needsIt) return [];
  const [limit, now] = [setting(most), setting(count)];
  if (limit === undefined || now === undefined) {
    // The module comes with the first rule that needs it.
    if (states.size === 0) return [];
    return [
      {
        code: 'tracking-off',
        what: 'the kernel has no connection tracking: NAT over nftables cannot remember where a connection goes',
        where: most.replaceAll('/', '.'),
        cure: 'modprobe nf_conntrack, or a kernel with it; services by DR need none',
      },
    ];
  }
  if (Number(now) < Number(limit) * nearlyFull) return [];
  return [
    {
      code: 'tracking-full',
      what: `the table of connections holds ${now} of at most ${limit}: new connections are dropped`,
      where: count.replaceAll('/', '.'),
      cure: `sysctl -w ${most.replaceAll('/', '.')}=${Number(limit) * 2}, and see who opens so many: conntrack -L`,
    },
  ];
};
