/** Redis: a master and its replica, with a password, a user of few rights, TLS, and without its master. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisChecker } from '../../src/health/checker.ts';
import { loose, waysOf } from './security.ts';
import {
  type Answered,
  answersTo,
  freePort,
  isUp,
  launch,
  type Place,
  programOf,
  type Question,
} from './server.ts';

export const redisProgram = () => programOf('redis-server');

const password = 'secret';
const plain: RedisChecker = {
  kind: 'redis',
  user: undefined,
  password,
  role: 'any',
  tls: undefined,
};
const master: RedisChecker = { ...plain, role: 'master' };
const replica: RedisChecker = { ...plain, role: 'replica' };

export async function askRedisServers(place: Place): Promise<readonly Answered[]> {
  const [port, secure, second] = [await freePort(), await freePort(), await freePort()];
  const first = await start(place, port, ['--tls-port', `${secure}`]);
  const client = new Redis({ host: '127.0.0.1', port, password });
  try {
    await client.acl('SETUSER', 'few', 'on', '>secret', '-@all', '+ping');
    await client.acl('SETUSER', 'health', 'on', '>secret', '-@all', '+role', '+info', '+ping');
    const answers = [...(await answersTo(questionsOfMaster(place, port, secure)))];
    answers.push(...(await answersWithClients(place, client, secure)));
    const wanted = ['--replicaof', '127.0.0.1', `${port}`, '--masterauth', password];
    const follower = await start(place, second, wanted, replica);
    try {
      answers.push(...(await answersTo(questionsOfReplica(second))));
      client.disconnect();
      await first.stop();
      const left = { what: 'a replica without its master', checker: replica, port: second };
      const told = /^down: Redis is a replica without its master \(link connect/;
      answers.push(...(await answersTo([{ ...left, wanted: told }])));
    } finally {
      await follower.stop();
    }
    return answers;
  } finally {
    client.disconnect();
    await first.stop();
  }
}

function start(
  { folder, key, certificate }: Place,
  port: number,
  more: readonly string[],
  ready = plain,
) {
  const own = join(folder, `${port}`);
  mkdirSync(own);
  const security = ['--tls-cert-file', certificate, '--tls-key-file', key];
  const words = [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', own, '--save', ''],
    ...['--requirepass', password, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'],
  ];
  return launch(
    { program: redisProgram() ?? '', words: [...words, ...security, ...more], folder: own },
    () => isUp(ready, port),
  );
}

function questionsOfMaster(place: Place, port: number, secure: number): readonly Question[] {
  const good = /^up: Redis is a master$/;
  return [
    { what: 'a master', checker: master, port, wanted: good },
    { what: 'any role', checker: plain, port, wanted: /^up: Redis answers, a master$/ },
    { what: 'not a replica', checker: replica, port, wanted: /^down: .*wanted a replica$/ },
    {
      what: 'no password',
      checker: { ...plain, password: undefined },
      port,
      wanted: /^down: NOAUTH/,
    },
    {
      what: 'a wrong password',
      checker: { ...plain, password: 'no' },
      port,
      wanted: /^down: WRONG/,
    },
    { what: 'a user', checker: { ...master, user: 'health' }, port, wanted: good },
    { what: 'a user of few rights', checker: { ...plain, user: 'few' }, port, wanted: /NOPERM/ },
    { what: 'in the clear to TLS', checker: plain, port: secure, wanted: /^down: / },
    {
      what: 'TLS to a port in the clear',
      checker: { ...plain, tls: loose },
      port,
      wanted: /^down: /,
    },
    ...waysOf(place).map(({ what, tls, wanted = good }) => ({
      ...{ what, wanted, port: secure },
      checker: { ...master, tls },
    })),
  ];
}

async function answersWithClients({ key, certificate }: Place, client: Redis, port: number) {
  await client.config('SET', 'tls-auth-clients', 'yes');
  return answersTo([
    {
      ...{ what: 'no certificate of the client', checker: { ...plain, tls: loose }, port },
      wanted: /^down: /,
    },
    {
      what: 'a certificate of the client',
      checker: { ...plain, tls: { ...loose, certificate, key } },
      ...{ port, wanted: /^up: / },
    },
  ]);
}

function questionsOfReplica(port: number): readonly Question[] {
  return [
    { what: 'a replica', checker: replica, port, wanted: /^up: Redis is a replica$/ },
    { what: 'not a master', checker: master, port, wanted: /^down: Redis is a replica, wanted/ },
  ];
}
