/** The pages of what can be wrong with BFD sessions. */
import type { CodeTable } from '../../config/codes.ts';

const session = (name: string, lines: string): string =>
  `bfd_instance ${name} {\n    neighbor_ip 192.0.2.11\n${lines}}\n`;

export const bfdCodes = {
  'bfd.families-differ': {
    severity: 'warning',
    title: 'a session between addresses of two families',
    meaning:
      'One of the two addresses is IPv4 and the other is IPv6. No packet can have both, so the session is left out.',
    keepalived: 'keepalived reports it and leaves the session out',
    cure: 'Write two addresses of the same family, or leave source_ip out.',
    example: session('to_peer', '    source_ip 2001:db8::10\n'),
  },
  'bfd.neighbour-taken': {
    severity: 'warning',
    title: 'two sessions between the same two addresses',
    meaning:
      'The first packets of a neighbour carry only its address, and so belong to the first of two sessions. The second is left out.',
    keepalived: 'keepalived reports it and leaves the second out',
    cure: 'Remove one of the two, or give them different addresses.',
    example: `${session('one', '')}${session('two', '')}`,
  },
  'bfd.link-local': {
    severity: 'warning',
    title: 'a neighbour with a link-local address',
    meaning:
      'The same link-local address may be in use on every link, and nothing in this session says which one is meant (an interface behind `%` is no part of an address here, as in keepalived). No packet can be sent to it, so the session stays down, and what tracks it is at fault.',
    keepalived: 'keepalived accepts it, and cannot send either ("Error sending packet")',
    cure: 'Add `interface eth0` to the session, or, where keepalived reads the file too, write an address of fd00::/8 on the same link on both sides.',
    example: 'bfd_instance to_peer {\n    neighbor_ip fe80::11\n}\n',
  },
  'bfd.value-unusual': {
    severity: 'note',
    title: 'a session that notices a loss late',
    meaning:
      'BFD is for noticing within a second or so. With intervals of more than ten seconds, or more than ten packets that may be missed, it takes long.',
    keepalived: 'keepalived says so too',
    cure: 'Take an interval of some hundred milliseconds and a multiplier of 3 to 5.',
    example: session('to_peer', '    min_rx 20000\n'),
  },
  'bfd.not-for-vrrp': {
    severity: 'warning',
    title: 'a tracked session that is for checks alone',
    meaning:
      'A session with `checker` and without `vrrp` tells its state to checks of real servers alone. The entry that tracks it is ignored.',
    keepalived: 'keepalived does not find the session either, and ignores the entry',
    cure: 'Add `vrrp` to the session, or remove the entry.',
    example: `${session('to_peer', '    checker\n')}vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    track_bfd {\n        to_peer\n    }\n}\n`,
  },
} as const satisfies CodeTable;
