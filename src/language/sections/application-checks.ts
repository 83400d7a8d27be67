/** Extensions: checks that ask databases and services what they are, not only whether they are there. */
import { block, flag, scalar } from '../../config/schema.ts';
import { choice, optionalText, text } from '../../config/schema-word.ts';
import { pattern } from '../values/route-parts.ts';
import { checking, connection } from './check-common.ts';

const connecting = { ...checking, ...connection };
const ours = { extension: true } as const;

const login = {
  user: scalar(text('a user', '<NAME>'), {
    bare: 'ignored',
    doc: 'Who the check says it is.',
    example: 'health',
    ...ours,
  }),
  password: scalar(text('a password', '<SECRET>'), {
    bare: 'ignored',
    doc: 'The password of that user.',
    example: 'secret',
    ...ours,
  }),
};

const database = scalar(text('a database', '<NAME>'), {
  bare: 'ignored',
  doc: 'The database that is connected to.',
  example: 'app',
  ...ours,
});

/** An address is none: not every client library can compare a certificate with one. */
const hostName = pattern('a host name', '<STRING>', /^(?![\d.]+$)[\w.-]+$/);

const security = {
  tls: flag({ doc: 'Speaks TLS.', ...ours }),
  verify: flag({
    doc: 'The certificate must be trusted by `ca` of the SSL block, else by the host; implies tls.',
    ...ours,
  }),
  verify_name: scalar(hostName, {
    bare: 'ignored',
    doc: 'The name that the certificate must be for, which the handshake says too; implies verify.',
    example: 'db.example.org',
    ...ours,
  }),
};

const sni = {
  sni_name: scalar(hostName, {
    bare: 'ignored',
    doc: 'The name for the TLS handshake; implies tls.',
    example: 'db.example.org',
    otherwise: 'verify_name',
    ...ours,
  }),
};

export const redisCheck = block({
  ...connecting,
  ...login,
  ...security,
  ...sni,
  role: scalar(choice(['any', 'master', 'replica']), {
    doc: 'What the server must be; a replica also keeps up with its master.',
    example: 'master',
    fallback: 'any',
    ...ours,
  }),
});

export const mysqlCheck = block({
  ...connecting,
  ...login,
  ...security,
  database,
  state: scalar(choice(['any', 'writable', 'read-only']), {
    doc: 'Whether read_only must be off or on.',
    example: 'writable',
    fallback: 'any',
    ...ours,
  }),
});

export const pgsqlCheck = block({
  ...connecting,
  ...login,
  ...security,
  ...sni,
  database,
  state: scalar(choice(['any', 'primary', 'standby']), {
    doc: 'Whether the server must be out of recovery or in it.',
    example: 'primary',
    fallback: 'any',
    ...ours,
  }),
});

export const grpcCheck = block({
  ...connecting,
  service: scalar(optionalText('<NAME>'), {
    doc: 'The service that is asked about; without a name the whole server.',
    example: 'shop.Orders',
    fallback: '',
    ...ours,
  }),
  ...security,
  ...sni,
});
