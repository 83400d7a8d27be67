/** Services are configured, and the kernel has nothing to balance with. */
import type { Examination } from '../patient.ts';

export const planeMissing: Examination = ({ services, plane }) =>
  services.length === 0 || plane !== undefined
    ? []
    : [
        {
          code: 'plane-missing',
          what: 'nothing can be balanced: the kernel has neither IPVS nor nf_tables, or not the one that lvs_plane asks for',
          where: 'the kernel of this host',
          cure: 'modprobe ip_vs, or a kernel with nf_tables; in a container the host has to load it',
        },
      ];
