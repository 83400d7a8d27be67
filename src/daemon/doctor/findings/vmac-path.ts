/** What the daemon sets on a device with a virtual MAC is overruled by a larger value of `all`. */
import type { Examination } from '../patient.ts';

export const vmacPath: Examination = ({ instances, setting }) => {
  const devices = instances.flatMap((instance) => instance.devices ?? []);
  const [first] = devices.filter(({ device }) => device.kind === 'macvlan');
  if (first === undefined || setting('net/ipv4/conf/all/rp_filter') !== '1') return [];
  return [
    {
      code: 'vmac-path',
      what: `packets that come in by ${first.name} are dropped, since strict filtering for all interfaces overrules the 0 that its own setting has`,
      where: 'net.ipv4.conf.all.rp_filter',
      cure: 'sysctl -w net.ipv4.conf.all.rp_filter=0, and set it for single interfaces where it is wanted',
    },
  ];
};
