import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;

export const transportCodes = {
  'vrrp.unicast-without-peers': {
    severity: 'warning',
    title: 'unicast keywords without peers',
    meaning:
      'Without unicast_peer the instance uses multicast, and the other unicast keywords say nothing.',
    keepalived: 'keepalived reports it and uses multicast',
    cure: 'Write unicast_peer with the addresses of the other routers, or remove the unicast keywords.',
    example: instance('    unicast_ttl 64\n'),
  },
  'vrrp.destination-of-other-family': {
    severity: 'warning',
    title: 'a multicast group of the other family',
    meaning:
      'The first address decides the family of the instance, and mcast_dst_ip is of the other.',
    keepalived:
      'keepalived reports it and takes the standard group; where mcast_dst_ip stands first it leaves out the addresses instead',
    cure: 'Write a group of the family of the addresses, or remove mcast_dst_ip.',
    example: instance('    mcast_dst_ip ff02::12\n'),
  },
  'vrrp.vrf-with-interface': {
    severity: 'warning',
    title: 'a VRF beside an interface',
    meaning: 'vrf is for unicast instances without an interface of their own.',
    keepalived: 'keepalived reports it and ignores vrf',
    cure: 'Remove vrf, or remove interface and write unicast_peer.',
    example: instance('    vrf red\n'),
  },
  'vrrp.link-name-taken': {
    severity: 'warning',
    title: 'two instances that name the same interface of their own',
    meaning:
      'The interface that use_vmac or use_ipvlan makes belongs to one instance. The second gets a name of its own.',
    keepalived: 'keepalived reports it and chooses another name',
    cure: 'Write another name.',
    example: `${instance('    use_vmac vrrp.51\n')}${instance('    use_vmac vrrp.51\n')
      .replace('VI_1', 'VI_2')
      .replace('router_id 51', 'router_id 52')
      .replace('10.0.0.1', '10.0.0.2')}`,
  },
  'vrrp.ipvlan-without-address': {
    severity: 'warning',
    title: 'use_ipvlan without an address',
    meaning:
      'An ipvlan interface shares the MAC address of its parent and so needs an address to send from.',
    keepalived: 'keepalived reports it and puts the instance into fault state',
    cure: 'Write the address behind use_ipvlan: use_ipvlan 192.0.2.10/24.',
    example: instance('    use_ipvlan\n'),
  },
  'vrrp.peer-of-other-family': {
    severity: 'warning',
    title: 'a peer that the instance cannot talk to',
    meaning:
      'The instance advertises one family, and the peer is of the other. The peer is left out.',
    keepalived: 'keepalived reports it and leaves the peer out',
    cure: 'Write an address of the family of the instance.',
    example: instance('    unicast_peer {\n        10.0.0.3\n        2001:db8::2\n    }\n'),
  },
  'vrrp.peer-repeated': {
    severity: 'warning',
    title: 'a peer written twice',
    meaning: 'The peer gets one advertisement at a time.',
    keepalived: 'keepalived reports it and ignores the second entry',
    cure: 'Remove one of the two.',
    example: instance('    unicast_peer {\n        10.0.0.3\n        10.0.0.3\n    }\n'),
  },
  'vrrp.peer-is-self': {
    severity: 'warning',
    title: 'an instance that is its own peer',
    meaning: 'The list of peers holds the source address of the instance itself.',
    keepalived: 'keepalived sends advertisements to itself and drops them',
    silent: true,
    cure: 'Write the addresses of the other routers only.',
    example: instance('    unicast_src_ip 10.0.0.2\n    unicast_peer {\n        10.0.0.2\n    }\n'),
  },
  'vrrp.source-of-other-family': {
    severity: 'warning',
    title: 'a source address that the instance cannot send from',
    meaning:
      'The instance advertises one family, and the source address is of the other. It is ignored.',
    keepalived: 'keepalived reports it and ignores the address',
    cure: 'Write an address of the family of the instance.',
    example: instance('    mcast_src_ip 2001:db8::1\n'),
  },
  'vrrp.destination-with-peers': {
    severity: 'warning',
    title: 'a multicast destination beside unicast peers',
    meaning: 'An instance with unicast_peer sends to its peers only. The destination is ignored.',
    keepalived: 'keepalived reports it and ignores the destination',
    cure: 'Remove mcast_dst_ip, or unicast_peer.',
    example: instance('    mcast_dst_ip 224.0.0.18\n    unicast_peer {\n        10.0.0.3\n    }\n'),
  },
  'vrrp.transmission-without-vmac': {
    severity: 'warning',
    title: 'vmac_xmit_base without a virtual MAC',
    meaning:
      'The keyword chooses between two interfaces, and without use_vmac or use_ipvlan there is only one.',
    keepalived: 'keepalived reports it and ignores the keyword',
    cure: 'Remove vmac_xmit_base, or write use_vmac.',
    example: instance('    vmac_xmit_base\n'),
  },
  'vrrp.unicast-with-vmac': {
    severity: 'warning',
    title: 'unicast from a virtual MAC',
    meaning:
      'Unicast advertisements leave by the interface itself, so vmac_xmit_base holds whether it is written or not.',
    keepalived: 'keepalived reports it and sets vmac_xmit_base',
    cure: 'Write vmac_xmit_base.',
    example: instance('    use_vmac\n    unicast_peer {\n        10.0.0.3\n    }\n'),
  },
} as const satisfies CodeTable;
