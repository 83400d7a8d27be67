/** PGSQL_CHECK. */
import pg from 'pg';
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeRecovery, pgsqlQuestion } from '../../../health/checkers/databases.ts';
import type { Ask } from '../client.ts';

export const askPgsql: Ask = async (socket, { settings }) => {
  if (settings.kind !== 'pgsql') return failed('not a question for PostgreSQL');
  const { user, password, database, state } = settings;
  // The client connects its stream itself; this one is there already.
  Object.assign(socket, {
    connect() {
      setImmediate(() => socket.emit('connect'));
      return socket;
    },
  });
  const client = new pg.Client({
    stream: () => socket,
    // Never from the environment of the daemon.
    user: user ?? 'postgres',
    password: password ?? '',
    database: database ?? 'postgres',
  });
  // What goes wrong while nothing is asked; a question fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ readonly answer: unknown }>(pgsqlQuestion);
  return judgeRecovery(rows[0]?.answer, state);
};
