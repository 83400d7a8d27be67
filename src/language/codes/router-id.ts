import type { CodeTable } from '../../config/codes.ts';

export const routerIdCodes = {
  'vrrp.router-id-missing': {
    severity: 'warning',
    title: 'an instance without virtual router id',
    meaning:
      'Without the id the routers of an instance cannot find each other. The instance is left out.',
    keepalived: 'keepalived reports it and leaves the instance out',
    cure: 'Write virtual_router_id with the number that all routers of the instance share.',
    example:
      'vrrp_instance VI_1 {\n    interface eth0\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n',
  },
  'vrrp.interface-missing': {
    severity: 'warning',
    title: 'an instance without interface',
    meaning: 'Multicast needs an interface. The instance is left out.',
    keepalived: 'keepalived reports an unknown interface and leaves the instance out',
    cure: 'Write interface, or peers into unicast_peer.',
    example:
      'vrrp_instance VI_1 {\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n',
  },
  'vrrp.router-id-taken': {
    severity: 'warning',
    title: 'a virtual router id used twice on one link',
    meaning:
      'Two instances of one family share an interface and an id, so each takes the advertisements of the other for its own.',
    keepalived: 'keepalived reports it and starts; both instances then disturb each other',
    cure: 'Give every instance on a link an id of its own; instances with different unicast peers may share one.',
    example:
      'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\nvrrp_instance VI_2 {\n    interface eth0\n    virtual_router_id 51\n    virtual_ipaddress {\n        10.0.0.2/24\n    }\n}\n',
  },
} as const satisfies CodeTable;
