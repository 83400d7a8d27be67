/** PGSQL_CHECK. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import pg from 'pg';
import type { TlsSettings } from '../../../health/checker.ts';
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeRecovery, pgsqlQuestion } from '../../../health/checkers/databases.ts';
import type { Ask } from '../client.ts';
import { secured } from './tls.ts';

export const askPgsql: Ask = async (socket, { settings }) => {
  if (settings.kind !== 'pgsql') return failed('not a question for PostgreSQL');
  const { user, password, database, state, tls } = settings;
  const carrier = tls === undefined ? socket : await securedForPgsql(socket, tls);
  // The client connects its stream itself; this one is there already.
  Object.assign(carrier, {
    connect() {
      setImmediate(() => carrier.emit('connect'));
      return carrier;
    },
  });
  const client = new pg.Client({
    stream: () => carrier,
    // Never from the environment of the daemon, nor from a file of its user, where nothing would be asked for otherwise.
    user: user ?? 'postgres',
    password: () => password ?? '',
    database: database ?? 'postgres',
    ssl: false,
  });
  // What goes wrong while nothing is asked; a question fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ readonly answer: unknown }>(pgsqlQuestion);
  return judgeRecovery(rows[0]?.answer, state);
};

/** The length of the message, and a number that no version of the protocol has (55.2.10, SSL Session Encryption). */
const wish = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const granted = 'S';

/**
 * By hand, since the client library says who it is before anybody has looked at the certificate. What comes behind the one
 * letter was not protected, and must not be taken for what was.
 */
async function securedForPgsql(socket: Socket, tls: TlsSettings): Promise<TLSSocket> {
  socket.write(wish);
  const [said] = await Promise.race([once(socket, 'data'), once(socket, 'end')]);
  const text = said instanceof Uint8Array ? Buffer.from(said).toString('latin1') : '';
  if (text === 'N') throw new Error('the server does not speak TLS (ssl = off)');
  if (text !== granted) throw new Error('the server does not answer the wish for TLS');
  return secured(socket, { tls, servername: tls.sniName });
}
