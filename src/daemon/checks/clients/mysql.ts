/** MYSQL_CHECK. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { toMilliseconds } from '../../../base/units.ts';
import type { TlsSettings } from '../../../health/checker.ts';
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeReadOnly, mysqlQuestion } from '../../../health/checkers/databases.ts';
import type { Ask } from '../client.ts';
import { materialOf } from '../tls-context.ts';

export const askMysql: Ask = async (socket, { settings, target }) => {
  if (settings.kind !== 'mysql') return failed('not a question for MySQL');
  const { user, password, database, state, tls } = settings;
  const secure = tls === undefined ? undefined : securityOf(tls);
  if (secure !== undefined && 'refused' in secure) return failed(secure.refused);
  const wanted = tls?.verify?.name;
  let connection: Awaited<ReturnType<typeof createConnection>>;
  try {
    connection = await createConnection({
      stream: socket,
      // It names the server in the handshake, where it is a name.
      host: wanted ?? target.address,
      connectTimeout: toMilliseconds(target.timeout),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      ...(secure === undefined ? {} : { ssl: secure }),
    });
  } catch (error) {
    const why = tls === undefined ? undefined : wordsOfHandshake(error, wanted);
    if (why === undefined) throw error;
    return failed(why);
  }
  try {
    const [rows] = await connection.query<RowDataPacket[]>(mysqlQuestion);
    return judgeReadOnly(rows[0]?.answer, state);
  } finally {
    connection.destroy();
  }
};

type Security = Exclude<ReturnType<typeof materialOf>, { readonly refused: string }> & {
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
};

const kept = new WeakMap<TlsSettings, { readonly security: Security; readonly madeAt: number }>();
const LIFE_MILLISECONDS = 60_000;

/**
 * The library goes on with a session of TLS for as long as it is given the same object, and a server that goes on with
 * one shows no certificate: where that counts, it is looked at once a minute.
 */
function securityOf(tls: TlsSettings): Security | { readonly refused: string } {
  const { verify } = tls;
  const known = kept.get(tls);
  const now = performance.now();
  if (known !== undefined && (verify === undefined || now - known.madeAt < LIFE_MILLISECONDS)) {
    return known.security;
  }
  const material = materialOf(tls);
  if ('refused' in material) return material;
  const security = {
    ...material,
    rejectUnauthorized: verify !== undefined,
    verifyIdentity: verify?.name !== undefined,
  };
  kept.set(tls, { security, madeAt: now });
  return security;
}

/** What the library says of TLS, in the words of all checks. */
function wordsOfHandshake(error: unknown, wanted: string | undefined): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT') return 'the server does not speak TLS';
  if (error.code !== 'HANDSHAKE_SSL_ERROR') return undefined;
  if (error.message.startsWith('Hostname/IP')) return `the certificate is not for ${wanted}`;
  if ('reason' in error) return `TLS failed (${error.reason})`;
  // Behind a semicolon is what Node can be started with.
  return `the certificate is not good (${error.message.split(';')[0]})`;
}
