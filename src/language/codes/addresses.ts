import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string, name = 'VI_1', id = 51): string =>
  `vrrp_instance ${name} {\n    interface eth0\n    virtual_router_id ${id}\n    priority 100\n${lines}}\n`;
const holding = (...addresses: string[]): string =>
  `    virtual_ipaddress {\n${addresses.map((address) => `        ${address}\n`).join('')}    }\n`;

export const addressCodes = {
  'vrrp.no-address': {
    severity: 'warning',
    title: 'an instance that holds no address',
    meaning: 'The instance elects a master, and the master then holds nothing.',
    keepalived: 'keepalived reports it and starts; in strict mode at least one is required',
    cure: 'Write virtual_ipaddress, or no_virtual_ipaddress where none is meant.',
    example: instance(''),
  },
  'vrrp.address-without-prefix': {
    severity: 'note',
    title: 'an address without prefix length',
    meaning: 'The address is held as a host address, /32 or /128, whatever the network around it.',
    keepalived: 'keepalived takes /32 or /128 and does not say so',
    silent: true,
    cure: 'Write the prefix length to be clear about it; most service addresses are fine as host addresses.',
    example: instance(holding('10.0.0.1')),
  },
  'vrrp.mixed-families': {
    severity: 'warning',
    title: 'IPv4 and IPv6 in one instance',
    meaning:
      'An advertisement carries one family, that of the first address. Addresses of the other are held, and not advertised.',
    keepalived: 'keepalived reports them and does not hold them',
    cure: 'Move them into virtual_ipaddress_excluded, or into an instance of their own.',
    example: instance(holding('10.0.0.1/24', '2001:db8::1/64')),
  },
  'vrrp.promote-secondaries-with-vmac': {
    severity: 'warning',
    title: 'promote_secondaries beside use_vmac',
    meaning:
      'A virtual MAC interface belongs to the instance alone and always keeps its other addresses when the first is removed, so the keyword adds nothing.',
    keepalived: 'keepalived reports it and ignores the keyword',
    cure: 'Remove promote_secondaries.',
    example: instance(`    use_vmac\n    promote_secondaries\n${holding('10.0.0.1/24')}`),
  },
  'vrrp.beside-peer': {
    severity: 'warning',
    title: 'a prefix length or a broadcast address beside peer',
    meaning:
      'With peer an address is one end of a point-to-point link. What stands behind its own slash and behind brd is ignored: the network is that of the peer, the peer alone if that has no prefix length.',
    keepalived: 'keepalived reports it and ignores them',
    cure: 'Write the prefix length behind the address of the peer, or remove peer.',
    example: instance(holding('10.0.0.1/24 peer 10.0.0.2')),
  },
  'vrrp.address-repeated': {
    severity: 'warning',
    title: 'an address written twice in one instance',
    meaning: 'The address is held once.',
    keepalived: 'keepalived keeps both entries, and counts both in its advertisements',
    cure: 'Remove one of the two.',
    example: instance(holding('10.0.0.1/24', '10.0.0.1/24')),
  },
  'vrrp.address-shared': {
    severity: 'warning',
    title: 'one address in two instances',
    meaning:
      'Both instances hold the same address, and whichever stops first takes it away from the other.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Leave the address to one instance, or put both into one sync group.',
    example: `${instance(holding('10.0.0.1/24'))}${instance(holding('10.0.0.1/24'), 'VI_2', 52)}`,
  },
} as const satisfies CodeTable;
