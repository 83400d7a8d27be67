/** The contract of the data plane on a kernel with IPVS. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { TunnelChecksum } from '../../src/base/service.ts';
import { type IpvsPlane, openIpvs } from '../../src/linux/ipvs.ts';
import { planeContract } from '../contract/plane.ts';
import { enterGuest } from './guest.ts';

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
    execFileSync('modprobe', ['ip_vs']);
    execFileSync('ipvsadm', ['-C']);
    const plane = await opened();
    return {
      plane,
      again: opened,
      close: async () => {
        plane.synchronise([]);
        plane.close();
      },
    };
  },
);

async function opened(): Promise<IpvsPlane> {
  const plane = await openIpvs();
  assert.ok(plane.ok, plane.ok ? '' : plane.error.detail);
  return plane.value;
}
