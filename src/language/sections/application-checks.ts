/** Extensions: checks that ask databases and services what they are, not only whether they are there. */
import { block, flag, scalar } from '../../config/schema.ts';
import { choice, optionalText, text } from '../../config/schema-word.ts';
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

export const redisCheck = block({
  ...connecting,
  ...login,
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
  tls: flag({ doc: 'Speaks TLS.', ...ours }),
});
