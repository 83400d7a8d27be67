import type { CodeTable } from '../../config/codes.ts';

const instance = (lines: string): string =>
  `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n${lines}}\n`;
const signing = (lines: string): string => instance(`    auth_hmac {\n${lines}    }\n`);
const key = '        key 1 0123456789abcdef0123456789abcdef\n';

const unknown =
  'keepalived before 2.4 does not know auth_hmac; later ones do not start the instance';

export const signingCodes = {
  'vrrp.signing-incomplete': {
    severity: 'error',
    title: 'auth_hmac without key or active_key',
    meaning: 'Nothing could be signed: peers that want signatures would not hear this router.',
    keepalived: unknown,
    cure: 'Write a key and, unless the mode is receive-only, the active_key that signs.',
    example: signing(key),
  },
  'vrrp.signing-unknown-key': {
    severity: 'error',
    title: 'an active_key that is not there',
    meaning: 'The key that is to sign is not among the keys of the block.',
    keepalived: unknown,
    cure: 'Write the number of one of the keys behind active_key.',
    example: signing(`${key}        active_key 2\n`),
  },
  'vrrp.signing-duplicate-key': {
    severity: 'error',
    title: 'two keys of one number',
    meaning: 'A number must say which key is meant.',
    keepalived: unknown,
    cure: 'Give each key a number of its own.',
    example: signing(`${key}${key}        active_key 1\n`),
  },
  'vrrp.signing-key-length': {
    severity: 'error',
    title: 'a key of the wrong length',
    meaning: 'A key has 32 to 64 bytes; in hexadecimal that is 64 to 128 digits.',
    keepalived: unknown,
    cure: 'Make one, for instance with "openssl rand -hex 32", and write hex: before it.',
    example: signing('        key 1 tooshort\n        active_key 1\n'),
  },
  'vrrp.signing-with-authentication': {
    severity: 'warning',
    title: 'authentication beside auth_hmac',
    meaning: 'A router that signs its advertisements sends no password. The block is ignored.',
    keepalived: 'keepalived 2.4 reports it and ignores the block',
    cure: 'Remove the authentication block.',
    example: instance(
      `    authentication {\n        auth_type PASS\n        auth_pass secret\n    }\n    auth_hmac {\n${key}        active_key 1\n    }\n`,
    ),
  },
  'vrrp.signing-in-strict-mode': {
    severity: 'warning',
    title: 'unsigned advertisements in strict mode',
    meaning: 'Strict mode takes signed advertisements alone; the mode is taken for enforce.',
    keepalived: 'keepalived 2.4 reports it and enforces',
    cure: 'Write mode enforce, or leave strict mode while the cluster is moved.',
    example: `global_defs {\n    vrrp_strict\n}\n${signing(`${key}        active_key 1\n        mode permissive\n`)}`,
  },
} as const satisfies CodeTable;
