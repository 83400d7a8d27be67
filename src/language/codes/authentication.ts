import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;

export const authenticationCodes = {
  'vrrp.authentication-with-version-3': {
    severity: 'warning',
    title: 'authentication in version 3',
    meaning: 'Version 3 has no authentication. The block is ignored.',
    keepalived: 'keepalived reports it and ignores the block',
    cure: 'Remove the authentication block, or write version 2 on every router.',
    example: instance(
      '    version 3\n    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n',
    ),
  },
  'vrrp.authentication-incomplete': {
    severity: 'warning',
    title: 'half an authentication',
    meaning: 'auth_type needs an auth_pass; advertisements go without authentication.',
    keepalived: 'keepalived reports it and sends advertisements without authentication',
    cure: 'Write auth_pass, or remove the block.',
    example: instance('    authentication {\n        auth_type PASS\n    }\n'),
  },
  'vrrp.authentication-without-type': {
    severity: 'warning',
    title: 'a password that nobody uses',
    meaning: 'auth_pass needs an auth_type; advertisements go without authentication.',
    keepalived: 'keepalived does not say so, and sends advertisements without authentication',
    silent: true,
    cure: 'Write auth_type PASS, or remove the block.',
    example: instance('    authentication {\n        auth_pass secret\n    }\n'),
  },
  'vrrp.authentication-header': {
    severity: 'warning',
    title: 'auth_type AH over IPv6',
    meaning:
      'Authentication headers are spoken over IPv4 alone; advertisements go without authentication.',
    keepalived: 'keepalived does not say so',
    silent: true,
    cure: 'Remove the authentication block, or sign with auth_hmac on every router.',
    example:
      'vrrp_instance VI_1 {\n    interface eth0\n    version 2\n    virtual_router_id 51\n    priority 100\n    native_ipv6\n    authentication {\n        auth_type AH\n        auth_pass secret\n    }\n    virtual_ipaddress {\n        fe80::1/64\n    }\n}\n',
  },
} as const satisfies CodeTable;
