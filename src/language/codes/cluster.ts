/** What only the files of all nodes together can tell. Examples are two files, parted by a comment. */
import type { CodeTable } from '../../config/codes.ts';
import { clusterElectionCodes } from './cluster-election.ts';

interface Written {
  readonly lines?: string;
  readonly id?: number;
  readonly address?: string;
  readonly priority?: number;
}

function node({ lines = '', id = 51, address = '10.0.0.1/24', priority = 100 }: Written): string {
  return `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id ${id}\n    priority ${priority}\n    virtual_ipaddress {\n        ${address}\n    }\n${lines}}\n`;
}

function pair(one: Written, other: Written): string {
  return `${node({ priority: 150, ...one })}# the other node\n${node(other)}`;
}

const alone =
  'keepalived sees one file only; the nodes ignore each other and both hold the addresses';
const secret = (word: string): string =>
  `    authentication {\n        auth_type PASS\n        auth_pass ${word}\n    }\n`;
const unicast = (own: string, peer: string): string =>
  `    unicast_src_ip ${own}\n    unicast_peer {\n        ${peer}\n    }\n`;

export const clusterCodes = {
  'cluster.router-id-differs': {
    severity: 'error',
    title: 'one virtual router under two ids',
    meaning: 'Routers hear each other only under the same id. With two, each node is master alone.',
    keepalived: alone,
    cure: 'Write the same virtual_router_id on all nodes.',
    example: pair({}, { id: 52 }),
  },
  'cluster.version-differs': {
    severity: 'error',
    title: 'two versions of the protocol',
    meaning: 'Advertisements of another version are discarded, so each node is master alone.',
    keepalived: alone,
    cure: 'Write the same version on all nodes.',
    example: pair({ lines: '    version 3\n' }, {}),
  },
  'cluster.interval-differs': {
    severity: 'error',
    title: 'two intervals of version 2',
    meaning:
      'Version 2 discards advertisements whose interval is another one than its own, so each node is master alone.',
    keepalived: alone,
    cure: 'Write the same advert_int on all nodes.',
    example: pair({ lines: '    advert_int 2\n' }, {}),
  },
  'cluster.interval-learned': {
    severity: 'warning',
    title: 'two intervals of version 3',
    meaning:
      'In version 3 a backup takes over the interval of its master, so that the time to a take-over depends on who is master.',
    keepalived: 'keepalived learns the interval of the master too',
    cure: 'Write the same advert_int on all nodes.',
    example: pair({ lines: '    version 3\n    advert_int 2\n' }, { lines: '    version 3\n' }),
  },
  'cluster.authentication-differs': {
    severity: 'error',
    title: 'two passwords',
    meaning:
      'Advertisements with another password, or without one, are discarded, so each node is master alone. Only the first eight characters count.',
    keepalived: alone,
    cure: 'Write the same authentication on all nodes.',
    example: pair({ lines: secret('1111') }, { lines: secret('2222') }),
  },
  'cluster.addresses-differ': {
    severity: 'error',
    title: 'two lists of addresses',
    meaning:
      'An address that only one node has is nowhere while the other is master, and keepalived takes an advertisement with other addresses for a mistake: it ignores it and becomes master too.',
    keepalived:
      'keepalived discards the advertisements of the other node, unless skip_check_adv_addr is on, and both are master',
    cure: 'Write the same virtual_ipaddress on all nodes; what must not be advertised goes into virtual_ipaddress_excluded.',
    example: pair({ address: '10.0.0.1/24\n        10.0.0.2/24' }, {}),
  },
  'cluster.transport-differs': {
    severity: 'error',
    title: 'two ways to the others',
    meaning:
      'One node sends to peers and another to a multicast group, or to another group. Neither hears the other.',
    keepalived: alone,
    cure: 'Write unicast_peer on all nodes or on none, and the same group.',
    example: pair({ lines: unicast('10.0.0.11', '10.0.0.12') }, {}),
  },
  'cluster.peer-missing': {
    severity: 'error',
    title: 'a peer that is not told',
    meaning:
      'A node sends its advertisements to its unicast peers alone. This one does not name the address that the other node sends from, so the other hears nothing and becomes master too.',
    keepalived: alone,
    cure: 'Name the source of each node among the peers of all others.',
    example: pair(
      { lines: unicast('10.0.0.11', '10.0.0.13') },
      { lines: unicast('10.0.0.12', '10.0.0.11') },
    ),
  },
  'cluster.source-shared': {
    severity: 'error',
    title: 'two nodes with one source address',
    meaning:
      'A router takes what comes from its own address for its own echo. Two nodes that send from one address do not hear each other.',
    keepalived: alone,
    cure: 'Write the address of each node into its own file.',
    example: pair(
      { lines: unicast('10.0.0.11', '10.0.0.12') },
      { lines: unicast('10.0.0.11', '10.0.0.12') },
    ),
  },
  'cluster.source-unsaid': {
    severity: 'note',
    title: 'a source that the file does not tell',
    meaning:
      'Without unicast_src_ip a node sends from the first address of its interface, which no file says. Whether the peers point at each other cannot be told.',
    keepalived: 'keepalived takes the first address of the interface',
    cure: 'Write unicast_src_ip.',
    example: pair(
      { lines: '    unicast_peer {\n        10.0.0.12\n    }\n' },
      { lines: unicast('10.0.0.12', '10.0.0.11') },
    ),
  },
  'cluster.instance-alone': {
    severity: 'warning',
    title: 'a virtual router on one node only',
    meaning: 'No other file has this virtual router: nobody takes over when its node dies.',
    keepalived: 'keepalived sees one file only',
    cure: 'Write the instance into the files of the other nodes, or do not give their files.',
    example: `${node({ priority: 150 })}${node({ id: 52, address: '10.0.0.2/24' }).replace('VI_1', 'VI_2')}# the other node\n${node({})}`,
  },
  'cluster.sync-group-differs': {
    severity: 'warning',
    title: 'sync groups that differ',
    meaning:
      'Virtual routers that move together on one node move alone on another, so that they end up on different nodes.',
    keepalived: 'keepalived sees one file only',
    cure: 'Put the same virtual routers into the groups of all nodes.',
    example: `vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n${node({ priority: 150 })}${node({ priority: 150, id: 52, address: '10.0.0.2/24' }).replace('VI_1', 'VI_2')}# the other node\n${node({})}${node({ id: 52, address: '10.0.0.2/24' }).replace('VI_1', 'VI_2')}`,
  },
  ...clusterElectionCodes,
} as const satisfies CodeTable;
