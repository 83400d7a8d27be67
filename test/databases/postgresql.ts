/** PostgreSQL: a primary, a standby that is promoted, logins, and TLS that is there and is not. */
import { appendFileSync, chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { PgsqlChecker } from '../../src/health/checker.ts';
import { loose, waysOf } from './security.ts';
import {
  type Account,
  type Answered,
  answersTo,
  freePort,
  isUp,
  launch,
  type Place,
  programOf,
  type Question,
  run,
} from './server.ts';

export const postgresqlProgram = () => programOf('postgres');

/** It refuses to run as root: nobody does. */
const account: Account = { uid: 65_534, gid: 65_534 };
const plain: PgsqlChecker = {
  ...{ kind: 'pgsql', user: 'health', password: 'secret', database: undefined },
  ...{ state: 'any', tls: undefined },
};
const primary: PgsqlChecker = { ...plain, state: 'primary' };
const standby: PgsqlChecker = { ...plain, state: 'standby' };

const access = `
hostnossl all secure all reject
host all operator all trust
host all old all md5
host all all all scram-sha-256
`;

export async function askPostgresql(place: Place): Promise<readonly Answered[]> {
  const { folder } = place;
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  mkdirSync(home);
  chownSync(home, account.uid, account.gid);
  const [port, second] = [await freePort(), await freePort()];
  const data = join(home, 'first');
  run(
    programOf('initdb') ?? '',
    ['--no-sync', '-A', 'trust', '-U', 'operator', '-D', data],
    account,
  );
  writeFileSync(join(data, 'pg_hba.conf'), access);
  appendFileSync(join(data, 'postgresql.conf'), 'ssl = on\n');
  secure(place, data);
  const server = await start(home, data, port);
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: 'operator', database: 'postgres', ssl: false },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const name of ['health', 'secure', 'old']) {
      if (name === 'old') await client.query("SET password_encryption = 'md5'");
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`);
    }
    const answers = [...(await answersTo(questions(place, port)))];
    await client.query('ALTER SYSTEM SET ssl = off');
    await client.query('SELECT pg_reload_conf()');
    await settled(client);
    answers.push(
      ...(await answersTo([
        {
          ...{ what: 'TLS, and it speaks none', checker: { ...plain, tls: loose }, port },
          wanted: /^down: the server does not speak TLS \(ssl = off\)$/,
        },
      ])),
    );
    await client.end();
    await server.stop();
    return [...answers, ...(await askStandby(home, data, second))];
  } finally {
    await server.stop();
  }
}

/** The server reads a new setting between two statements. */
async function settled(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ readonly ssl: string }>('SHOW ssl');
    if (rows[0]?.ssl === 'off') return;
  }
}

/** Its key must be its own. */
function secure({ key, certificate }: Place, data: string): void {
  cpSync(key, join(data, 'server.key'));
  cpSync(certificate, join(data, 'server.crt'));
  for (const name of ['server.key', 'server.crt']) {
    chmodSync(join(data, name), 0o600);
    chownSync(join(data, name), account.uid, account.gid);
  }
}

function start(home: string, data: string, port: number) {
  const settings = [`unix_socket_directories=${home}`, 'fsync=off', 'max_wal_senders=0'];
  const words = ['-D', data, '-h', '127.0.0.1', '-p', `${port}`];
  const program = postgresqlProgram() ?? '';
  const ready: PgsqlChecker = { ...plain, user: 'operator' };
  return launch(
    {
      ...{ program, folder: home, account },
      words: [...words, ...settings.flatMap((each) => ['-c', each])],
    },
    () => isUp(ready, port),
  );
}

/** A copy that only recovers, since nobody tells it that it is over. */
async function askStandby(home: string, data: string, port: number): Promise<readonly Answered[]> {
  writeFileSync(join(data, 'standby.signal'), '');
  chownSync(join(data, 'standby.signal'), account.uid, account.gid);
  const server = await start(home, data, port);
  try {
    const answers = await answersTo([
      { what: 'a standby', checker: standby, port, wanted: /^up: the server is standby$/ },
      { what: 'not a primary', checker: primary, port, wanted: /^down: .*wanted primary$/ },
    ]);
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port, user: 'operator', database: 'postgres', ssl: false },
    });
    await client.connect();
    await client.query('SELECT pg_promote()');
    await client.end();
    const promoted = { what: 'promoted', checker: primary, port, wanted: /^up: .*primary$/ };
    return [...answers, ...(await answersTo([promoted]))];
  } finally {
    await server.stop();
  }
}

function questions(place: Place, port: number): readonly Question[] {
  const good = /^up: the server is primary$/;
  return [
    { what: 'a primary', checker: primary, port, wanted: good },
    { what: 'either', checker: plain, port, wanted: good },
    { what: 'not a standby', checker: standby, port, wanted: /^down: .*wanted standby$/ },
    { what: 'a login by MD5', checker: { ...plain, user: 'old' }, port, wanted: good },
    {
      what: 'a wrong password',
      checker: { ...plain, password: 'no' },
      ...{ port, wanted: /^down: password authentication failed/ },
    },
    {
      what: 'no password',
      checker: { ...plain, password: undefined },
      ...{ port, wanted: /^down: .*password/ },
    },
    {
      what: 'no such database',
      checker: { ...plain, database: 'nowhere' },
      ...{ port, wanted: /^down: database "nowhere" does not exist/ },
    },
    {
      what: 'a user of TLS, in the clear',
      checker: { ...plain, user: 'secure' },
      ...{ port, wanted: /^down: pg_hba.conf rejects connection/ },
    },
    ...waysOf(place).map(({ what, tls, wanted = good }) => ({
      ...{ what, port, wanted },
      checker: { ...primary, user: 'secure', tls },
    })),
  ];
}
