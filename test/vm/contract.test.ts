/** The contract of the data plane on a kernel with IPVS. */
import type { TunnelChecksum } from '../../src/base/service.ts';
import { planeContract } from '../contract/plane.ts';
import { enterGuest } from './guest.ts';
import { emptyTable } from './ipvsadm.ts';
import { openPlane } from './plane.ts';

enterGuest(import.meta.filename);

const checksums: readonly TunnelChecksum[] = ['none', 'checksum', 'remote'];
const tunnels = [
  { kind: 'ipip' } as const,
  ...checksums.map((checksum) => ({ kind: 'gue', port: 6_080, checksum }) as const),
  ...checksums.slice(0, 2).map((checksum) => ({ kind: 'gre', checksum }) as const),
];

planeContract(
  'IPVS',
  {
    // Debian's user-mode kernel lacks twos alone.
    schedulers: [
      ...(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh'] as const),
      ...(['fo', 'ovf', 'sed', 'nq'] as const),
    ],
    protocols: ['tcp', 'udp', 'sctp'],
    forwardings: [
      { kind: 'nat' },
      { kind: 'direct' },
      ...tunnels.map((tunnel) => ({ kind: 'tunnel', tunnel }) as const),
    ],
    engines: ['sip'],
    thresholds: true,
    timeouts: true,
    daemons: true,
  },
  async () => {
    emptyTable();
    const plane = await openPlane();
    return { plane, again: openPlane, close: async () => plane.close() };
  },
);
