import type { CodeTable } from '../../config/codes.ts';

const global = (lines: string): string => `global_defs {\n${lines}}\n`;
const nftables = global('    lvs_plane nftables\n');
const service = (lines = '', method = 'NAT', scheduler = 'rr'): string =>
  `virtual_server 10.0.0.1 80 {\n    lb_algo ${scheduler}\n    lb_kind ${method}\n    protocol TCP\n${lines}    real_server 10.0.0.20 80 {\n    }\n}\n`;

/** What the data plane that was chosen can and cannot do. */
export const planeCodes = {
  'lvs.masquerade-needs-nftables': {
    severity: 'error',
    title: 'masquerade without the plane that can do it',
    meaning:
      'IPVS leaves packets the address of their client, so servers whose answers do not come back by this host would never be heard. Which plane is taken depends on the kernel as long as lvs_plane does not say it.',
    keepalived: 'keepalived has no such keyword',
    silent: true,
    cure: 'Write lvs_plane nftables into global_defs, or remove masquerade and lead the answers of the servers back through this host.',
    example: service('    masquerade\n'),
  },
  'lvs.masquerade-without-nat': {
    severity: 'warning',
    title: 'masquerade of a server that is not reached by NAT',
    meaning:
      'DR and TUN hand packets on with the address of their client in them, and the server answers the client itself. The keyword is ignored.',
    keepalived: 'keepalived has no such keyword',
    silent: true,
    cure: 'Write lb_kind NAT, or remove masquerade.',
    example: `${nftables}${service('    masquerade\n', 'DR')}`,
  },
  'lvs.nftables-differs': {
    severity: 'warning',
    title: 'something that nftables does otherwise than IPVS',
    meaning:
      'nftables does not know how many connections a server has at the moment. What depends on that number is replaced by what comes nearest: as long as connections take about the same time on all servers the outcome is the same, and where one server is slow it gets its full share all the same.',
    keepalived: 'keepalived has no plane of nftables',
    silent: true,
    cure: 'Write rr, wrr, sh, mh, dh or fo, or use a kernel with IPVS (lvs_plane ipvs).',
    example: `${nftables}${service('', 'NAT', 'wlc')}`,
  },
  'lvs.nftables-cannot': {
    severity: 'warning',
    title: 'something that nftables cannot do',
    meaning:
      'A server by tunnel is left out of its service, and nobody is told of connections (lvs_sync_daemon).',
    keepalived: 'keepalived has no plane of nftables',
    silent: true,
    cure: 'Write lb_kind NAT or DR, remove lvs_sync_daemon, or use a kernel with IPVS (lvs_plane ipvs).',
    example: `${nftables}${service('', 'TUN')}`,
  },
} as const satisfies CodeTable;
