/** The contract of the data plane with nftables, in a network namespace of its own. */
import assert from 'node:assert/strict';
import { openNftables } from '../../src/linux/nftables/nftables.ts';
import { enterLaboratory } from './linux-world.ts';
import { planeContract } from './plane.ts';

enterLaboratory(import.meta.filename);

const open = async () => {
  const opened = openNftables();
  assert.ok(opened.ok);
  return opened.value;
};

planeContract(
  'nftables',
  {
    schedulers: [
      ...(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh'] as const),
      ...(['fo', 'ovf', 'sed', 'nq', 'twos'] as const),
    ],
    protocols: ['tcp', 'udp', 'sctp'],
    forwardings: [{ kind: 'nat' }, { kind: 'nat', masquerade: true }, { kind: 'direct' }],
    engines: [],
    thresholds: true,
    timeouts: true,
    daemons: false,
  },
  async () => {
    const plane = await open();
    return {
      plane,
      again: open,
      close: async () => {
        plane.remove();
        plane.close();
      },
    };
  },
);
