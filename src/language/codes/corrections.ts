import type { CodeTable } from '../../config/codes.ts';

const service = (lines: string, header = '10.0.0.1 80'): string =>
  `virtual_server ${header} {\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n${lines}}\n`;
const server = (address = '10.0.0.20'): string => `    real_server ${address} 80 {\n    }\n`;
const group = (lines: string): string => `virtual_server_group web {\n${lines}}\n`;

/** What of a service is used otherwise than it is written, or not at all. */
export const correctionCodes = {
  'lvs.service-repeated': {
    severity: 'warning',
    title: 'a service written twice',
    meaning:
      'The address, port and protocol, or the firewall mark, belong to a virtual_server further up. The servers of this one join it; scheduler, persistence, quorum and all that is said of the service as a whole are those of the one further up.',
    keepalived:
      'keepalived does not say so: the first makes the entry of the kernel, and both put their servers into it',
    silent: true,
    cure: 'Write the servers of both into one virtual_server, or correct the address.',
    example: service(server()) + service(server('10.0.0.21')),
  },
  'lvs.family-of-server': {
    severity: 'warning',
    title: 'a server of another family than its service',
    meaning:
      'NAT and DR cannot turn IPv4 into IPv6 or the other way round. The server, or the sorry server, is left out.',
    keepalived: 'keepalived reports it and leaves the server out',
    cure: 'Write an address of the family of the service, or reach the server by a tunnel (lb_kind TUN).',
    example: service(server() + server('2001:db8::20')),
  },
  'lvs.every-port': {
    severity: 'warning',
    title: 'a service for every port without persistence',
    meaning:
      'Port 0, or none, takes every port, which the kernel allows with persistence alone. 360 seconds are used.',
    keepalived: 'keepalived reports it and uses 360 seconds',
    cure: 'Write persistence_timeout, or the port that is meant.',
    example: service(server(), '10.0.0.1 0'),
  },
  'lvs.range-unusable': {
    severity: 'warning',
    title: 'a range of addresses that is none',
    meaning:
      'The range ends before it begins, or in the other family, or has more than 65536 addresses. It is left out of its group.',
    keepalived:
      'keepalived reports a range that ends too early and leaves it out; of one that is too large it says nothing',
    cure: 'Correct the end of the range, or write several.',
    example: group('    10.0.0.9-1 80\n    10.0.0.20 80\n') + service(server(), 'group web'),
  },
  'lvs.granularity-unusable': {
    severity: 'warning',
    title: 'a granularity that is no network',
    meaning:
      'The mask has holes, or the prefix is longer than an address. Every address counts for itself.',
    keepalived: 'keepalived reports a mask that is no address, and gives any other to the kernel',
    silent: true,
    cure: 'Write a mask such as 255.255.255.0 for IPv4, or a prefix length for IPv6.',
    example: service(
      `    persistence_timeout 60\n    persistence_granularity 255.0.255.0\n${server()}`,
    ),
  },
  'lvs.persistence-unsaid': {
    severity: 'note',
    title: 'a setting of persistence without persistence_timeout',
    meaning:
      'persistence_granularity turns persistence on, for 360 seconds. persistence_engine alone does nothing.',
    keepalived: 'keepalived does the same and does not say so',
    silent: true,
    cure: 'Write persistence_timeout, or remove the setting.',
    example: service(`    persistence_granularity 255.255.255.0\n${server()}`),
  },
  'lvs.suspend-without-address': {
    severity: 'warning',
    title: 'ha_suspend of a service by firewall mark',
    meaning:
      'ha_suspend asks whether the address of the service is on this host, and a mark has none. It is ignored, and the checks go on.',
    keepalived: 'keepalived reports it and ignores the keyword',
    cure: 'Remove ha_suspend, or write the service by its address.',
    example: `virtual_server fwmark 7 {\n    lb_algo rr\n    lb_kind NAT\n    ha_suspend\n${server()}}\n`,
  },
  'lvs.thresholds-crossed': {
    severity: 'warning',
    title: 'a lower threshold that is not below the upper one',
    meaning:
      'A server that is full gets new connections again below lthreshold. Where that is not below uthreshold it is full and not full at once; without uthreshold it is never full, and lthreshold does nothing.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Write an lthreshold below uthreshold, or remove it.',
    example: service(
      '    real_server 10.0.0.20 80 {\n        uthreshold 10\n        lthreshold 20\n    }\n',
    ),
  },
} as const satisfies CodeTable;
