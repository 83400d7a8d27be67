/** MariaDB: writable and read-only, users with and without TLS, more clients than it takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { MysqlChecker } from '../../src/health/checker.ts';
import { waysOf } from './security.ts';
import {
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

export const mariadbProgram = () => programOf('mariadbd');

const plain: MysqlChecker = {
  ...{ kind: 'mysql', user: 'health', password: 'secret', database: undefined },
  ...{ state: 'any', tls: undefined },
};
const writable: MysqlChecker = { ...plain, state: 'writable' };
const readOnly: MysqlChecker = { ...plain, state: 'read-only' };
const users = `CREATE USER operator@'%' IDENTIFIED BY 'secret';
GRANT ALL ON *.* TO operator@'%';
CREATE USER health@'%' IDENTIFIED BY 'secret';
CREATE USER secure@'%' IDENTIFIED BY 'secret' REQUIRE SSL;
`;

export async function askMariadb(place: Place): Promise<readonly Answered[]> {
  const port = await freePort();
  const server = await start(place, port);
  const operator = { user: 'operator', password: 'secret' };
  const client = await createConnection({ host: '127.0.0.1', port, ...operator });
  try {
    const answers = [...(await answersTo(questions(place, port)))];
    await client.query('SET GLOBAL read_only = 1');
    answers.push(...(await answersTo(questionsReadOnly(port))));
    await client.query('SET GLOBAL max_connections = 10');
    const crowd = await Promise.all(
      Array.from({ length: 9 }, () =>
        createConnection({ host: '127.0.0.1', port, user: 'health', password: 'secret' }),
      ),
    );
    const full = { what: 'more clients than it takes', checker: plain, port };
    answers.push(...(await answersTo([{ ...full, wanted: /^down: Too many connections/ }])));
    for (const one of crowd) one.destroy();
    return answers;
  } finally {
    client.destroy();
    await server.stop();
  }
}

function start({ folder, key, certificate }: Place, port: number) {
  const program = mariadbProgram() ?? '';
  const base = dirname(dirname(program));
  const data = join(folder, 'data');
  mkdirSync(data);
  const common = ['--no-defaults', `--basedir=${base}`, `--datadir=${data}`, '--user=root'];
  const install = programOf('mariadb-install-db') ?? '';
  run(install, [...common, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const first = join(folder, 'users.sql');
  writeFileSync(first, users);
  const words = [
    ...[...common, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${folder}/socket`],
    ...[`--ssl-cert=${certificate}`, `--ssl-key=${key}`, `--ssl-ca=${certificate}`],
    ...[`--init-file=${first}`, '--innodb-flush-log-at-trx-commit=0', `--pid-file=${folder}/pid`],
  ];
  return launch({ program, words, folder }, () => isUp(plain, port));
}

function questions(place: Place, port: number): readonly Question[] {
  const good = /^up: the server is writable$/;
  return [
    { what: 'writable', checker: writable, port, wanted: good },
    { what: 'either', checker: plain, port, wanted: good },
    { what: 'not read-only', checker: readOnly, port, wanted: /^down: .*wanted read-only$/ },
    { what: 'a database', checker: { ...plain, database: 'mysql' }, port, wanted: /^down: Access/ },
    {
      what: 'a database of everybody',
      checker: { ...plain, database: 'information_schema' },
      ...{ port, wanted: good },
    },
    {
      what: 'a wrong password',
      checker: { ...plain, password: 'no' },
      ...{ port, wanted: /^down: Access denied/ },
    },
    {
      what: 'no such user',
      checker: { ...plain, user: 'nobody' },
      ...{ port, wanted: /^down: Access denied/ },
    },
    {
      what: 'a user of TLS, in the clear',
      checker: { ...plain, user: 'secure' },
      ...{ port, wanted: /^down: Access denied/ },
    },
    ...waysOf(place).map(({ what, tls, wanted = good }) => ({
      ...{ what, port, wanted },
      checker: { ...writable, user: 'secure', tls },
    })),
  ];
}

function questionsReadOnly(port: number): readonly Question[] {
  return [
    { what: 'read-only', checker: readOnly, port, wanted: /^up: the server is read-only$/ },
    { what: 'no more writable', checker: writable, port, wanted: /^down: .*wanted writable$/ },
  ];
}
