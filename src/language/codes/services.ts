import type { CodeTable } from '../../config/codes.ts';

const service = (lines: string, header = '10.0.0.1 80'): string =>
  `virtual_server ${header} {\n    delay_loop 5\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n${lines}}\n`;
const server = (header = '10.0.0.20 80'): string => `    real_server ${header} {\n    }\n`;
const instance =
  'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.9/24\n    }\n}\n';

export const serviceCodes = {
  'lvs.address-not-held': {
    severity: 'note',
    title: 'a service on an address that no instance holds',
    meaning: 'The file has instances, and none of them holds the address of this service.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Add the address to an instance, unless it is on the host all the time.',
    example: `${instance}${service(server())}`,
  },
  'lvs.no-scheduler': {
    severity: 'warning',
    title: 'a service without scheduler',
    meaning: 'Nothing says which server gets a connection; wlc is used.',
    keepalived: 'keepalived reports it and uses wlc',
    cure: 'Write lb_algo.',
    example: service(server()).replace('    lb_algo rr\n', ''),
  },
  'lvs.port-of-group': {
    severity: 'warning',
    title: 'a server with a port that its group does not have',
    meaning:
      'DR and TUN hand packets on as they are, so a connection to another port of the group arrives at that port of the server.',
    keepalived: 'keepalived reports it for every entry and server',
    cure: 'Write port 0, or none, for servers of a group with several ports or with a mark.',
    example: `virtual_server_group web {\n    10.0.0.1 80\n    10.0.0.1 443\n}\n${service(server(), 'group web').replace('NAT', 'DR')}`,
  },
  'lvs.one-packet-needs-udp': {
    severity: 'warning',
    title: 'one-packet scheduling of something else than UDP',
    meaning: 'ops chooses a server for every packet, which only UDP bears.',
    keepalived: 'keepalived reports it and ignores ops',
    cure: 'Remove ops, or write protocol UDP.',
    example: service(`    ops\n${server()}`),
  },
  'lvs.flag-above-scheduler': {
    severity: 'warning',
    title: 'an option of the scheduler above the scheduler',
    meaning:
      'The option is understood wherever it stands. keepalived looks at the scheduler while it reads the option.',
    keepalived: 'keepalived reports that the scheduler is another and ignores the option',
    cure: 'Move it below lb_algo.',
    example: service(server()).replace('    lb_algo rr\n', '    sh-port\n    lb_algo sh\n'),
  },
  'lvs.sorry-server-below': {
    severity: 'warning',
    title: 'an option of the sorry server above the sorry server',
    meaning:
      'The option is understood wherever it stands. keepalived looks for the sorry server while it reads the option.',
    keepalived: 'keepalived reports it and ignores the option',
    cure: 'Move it below sorry_server.',
    example: service(`    sorry_server_inhibit\n    sorry_server 10.0.0.9 80\n${server()}`),
  },
  'lvs.no-forwarding-method': {
    severity: 'warning',
    title: 'a service without forwarding method',
    meaning: 'Nothing says how packets reach the servers; NAT is used.',
    keepalived: 'keepalived reports it and uses NAT',
    cure: 'Write lb_kind.',
    example: service(server()).replace('    lb_kind NAT\n', ''),
  },
  'lvs.no-protocol': {
    severity: 'warning',
    title: 'a service without protocol',
    meaning: 'Nothing says which protocol the service speaks; UDP is used, as keepalived has it.',
    keepalived: 'keepalived reports it and uses UDP',
    cure: 'Write protocol TCP, UDP or SCTP.',
    example: service(server()).replace('    protocol TCP\n', ''),
  },
  'lvs.protocol-with-fwmark': {
    severity: 'warning',
    title: 'a protocol for a service by firewall mark',
    meaning: 'Packets are told by their mark, whatever their protocol. The keyword is ignored.',
    keepalived: 'keepalived reports it and ignores the keyword',
    cure: 'Remove protocol.',
    example: service(server(), 'fwmark 7'),
  },
  'lvs.no-server': {
    severity: 'warning',
    title: 'a service without servers',
    meaning: 'Nobody answers connections to this service.',
    keepalived: 'keepalived reports it and leaves the service out',
    cure: 'Write real_server; a sorry_server alone is not enough.',
    example: service(''),
  },
  'lvs.server-repeated': {
    severity: 'warning',
    title: 'a server written twice in one service',
    meaning: 'The first is used, the second is left out.',
    keepalived: 'keepalived reports it and removes the second',
    cure: 'Remove one of the two, or give it more weight.',
    example: service(`${server()}${server()}`),
  },
  'lvs.quorum-too-large': {
    severity: 'warning',
    title: 'a quorum that cannot be reached',
    meaning: 'All servers together weigh less than the quorum. It is lowered to their weight.',
    keepalived: 'keepalived reports it and lowers the quorum',
    cure: 'Lower the quorum, or add servers.',
    example: service(`    quorum 3\n${server()}`),
  },
  'lvs.hysteresis-too-large': {
    severity: 'warning',
    title: 'a hysteresis as large as the quorum',
    meaning: 'The hysteresis must be smaller than the quorum. It is lowered to one less.',
    keepalived: 'keepalived reports it and lowers the hysteresis',
    cure: 'Lower the hysteresis.',
    example: service(`    quorum 2\n    hysteresis 2\n${server()}${server('10.0.0.21 80')}`),
  },
  'lvs.port-of-service': {
    severity: 'warning',
    title: 'a port that direct routing cannot change',
    meaning:
      'With DR and TUN packets reach the server as they are, so its port is that of the service.',
    keepalived: 'keepalived reports it and takes the port of the service',
    cure: 'Write the port of the service, or use NAT.',
    example: service(server('10.0.0.20 8080')).replace('lb_kind NAT', 'lb_kind DR'),
  },
  'lvs.direct-routing-servers': {
    severity: 'note',
    title: 'a service whose servers must hold its address too',
    meaning:
      'With DR packets reach a server with the address of the service still in them, so every server must hold that address, on lo, and must not answer ARP requests for it. Without the address the server drops the packets; with ARP it takes the service away from the director. No file of this host can show whether the servers are set up so.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'On every server: put the address on lo as a host address, and set the sysctls net.ipv4.conf.all.arp_ignore=1 and net.ipv4.conf.all.arp_announce=2.',
    example: service(server()).replace('lb_kind NAT', 'lb_kind DR'),
  },
  'lvs.sorry-server-missing': {
    severity: 'warning',
    title: 'a setting of a sorry server that is not there',
    meaning: 'The keyword says something about the sorry server, and the service has none.',
    keepalived:
      'keepalived reports it and ignores the keyword, also when sorry_server stands below',
    cure: 'Write sorry_server above it, or remove the keyword.',
    example: service(`    sorry_server_inhibit\n${server()}`),
  },
  'lvs.family-conflict': {
    severity: 'warning',
    title: 'a family that contradicts the addresses',
    meaning: 'ip_family names one family, and the addresses of the service are of the other.',
    keepalived: 'keepalived reports it and goes by the addresses',
    cure: 'Remove ip_family; it is for services by firewall mark.',
    example: service(`    ip_family inet6\n${server()}`),
  },
  'lvs.empty-group': {
    severity: 'warning',
    title: 'a group of services with nothing in it',
    meaning: 'The group names no address and no firewall mark, so no packet belongs to it.',
    keepalived: 'keepalived reports it and removes the group',
    cure: 'Write an address with a port, or fwmark and a number, into the group.',
    example: 'virtual_server_group web {\n}\n',
  },
  'lvs.check-incomplete': {
    severity: 'warning',
    title: 'a check that lacks what it looks at',
    meaning:
      'Without this keyword the check has nothing to ask. It is left out, and the server counts as up.',
    keepalived: 'keepalived reports it and leaves the check out',
    cure: 'Write the keyword that the message names into the block of the check.',
    example: service(
      '    real_server 10.0.0.20 80 {\n        HTTP_GET {\n            retry 3\n        }\n    }\n',
    ),
  },
  'lvs.expression-unreadable': {
    severity: 'warning',
    title: 'an expression that cannot be carried over',
    meaning:
      'The expression uses something of PCRE2 that has no counterpart here, or it is damaged: recursion and calls of groups, conditions, options that change in the middle, \\K. A check with it never succeeds.',
    keepalived:
      'keepalived reads expressions with PCRE2 itself, and does not look at them when it tests a file',
    silent: true,
    cure: 'Write the expression without what the message names: a part that is called again is written out again.',
    example: service(
      '    real_server 10.0.0.20 80 {\n        HTTP_GET {\n            url {\n                path /\n                regex "(?P<item>ok|up) (?P>item)"\n            }\n        }\n    }\n',
    ),
  },
  'lvs.unknown-group': {
    severity: 'warning',
    title: 'a service for a group that does not exist',
    meaning: 'No virtual_server_group has that name. The service is left out.',
    keepalived: 'keepalived does not say so, and its service has no address',
    silent: true,
    cure: 'Correct the name, or define the group.',
    example: service(server(), 'group web'),
  },
  'lvs.flag-without-scheduler': {
    severity: 'warning',
    title: 'a flag of a scheduler that is not used',
    meaning: 'The flag belongs to one scheduler, and the service uses another. It is ignored.',
    keepalived: 'keepalived reports it and ignores the flag, also when lb_algo stands further down',
    cure: 'Write lb_algo sh or mh above the flag, or remove the flag.',
    example: service(`    sh-port\n${server()}`),
  },
} as const satisfies CodeTable;
