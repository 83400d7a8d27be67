import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;

export const routeCodes = {
  'route.not-tracked': {
    severity: 'warning',
    title: 'a route that keepalived cannot watch',
    meaning:
      'keepalived watches a route by its interface and by who it is from. This one names no interface, or another origin. It is watched here all the same; on a keepalived with the same file its removal by somebody else goes unnoticed.',
    keepalived: 'keepalived reports it and does not watch the route, or resets its protocol',
    cure: 'Write dev with the interface, remove protocol, or write no_track.',
    example: instance('    virtual_routes {\n        198.51.100.0/24 via 10.0.0.9\n    }\n'),
  },
  'rule.no-preference': {
    severity: 'warning',
    title: 'a rule without preference',
    meaning:
      'The order of rules is their preference; without one it is chosen by the place in the file.',
    keepalived: 'keepalived reports it and counts down from 16384',
    cure: 'Write preference with a number.',
    example: instance('    virtual_rules {\n        from 10.0.0.0/24 table 100\n    }\n'),
  },
  'garp.no-interval': {
    severity: 'warning',
    title: 'a garp_group that limits nothing',
    meaning: 'The group says how often its interfaces may announce, and this one does not say it.',
    keepalived: 'keepalived reports it and removes the group',
    cure: 'Write garp_interval, gna_interval or both.',
    example: 'garp_group {\n    interface eth0\n}\n',
  },
  'garp.interface-repeated': {
    severity: 'warning',
    title: 'an interface in two groups of announcements',
    meaning: 'An interface shares one rate of announcements. It stays in the first group.',
    keepalived: 'keepalived reports it and ignores the second',
    cure: 'Name the interface in one garp_group only.',
    example:
      'garp_group {\n    garp_interval 0.1\n    interface eth0\n}\ngarp_group {\n    garp_interval 0.2\n    interface eth0\n}\n',
  },
} as const satisfies CodeTable;
