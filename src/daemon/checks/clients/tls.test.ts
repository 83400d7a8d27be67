/** TLS of the application checks: whose certificate is good, and that nothing is told to a server whose is not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { targetAt, verdictOn } from '../../../../test/checkers/ask.ts';
import { certificate } from '../../../../test/checkers/certificate.ts';
import type { Checker, TlsSettings } from '../../../health/checker.ts';

const folder = mkdtempSync(join(tmpdir(), 'hf-tls-'));
const authority = join(folder, 'ca.pem');
writeFileSync(authority, certificate.cert);
after(() => rmSync(folder, { recursive: true }));

const loose: TlsSettings = {
  sni: false,
  sniName: undefined,
  certificate: undefined,
  key: undefined,
  password: undefined,
  authority: undefined,
};
const forName = (name: string) => ({
  ...loose,
  ...{ sni: true, sniName: name, authority, verify: { name } },
});
const good = forName('www.example.org');
const login = { user: 'health', password: 'secret', tls: loose };
const redis = { kind: 'redis', ...login, role: 'master' } as const;
const mysql = { kind: 'mysql', ...login, database: undefined, state: 'any' } as const;
const pgsql = { kind: 'pgsql', ...login, database: undefined, state: 'any' } as const;
const grpc = { kind: 'grpc', service: 'shop.Orders', tls: loose } as const;

async function withServer(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  assert.ok(typeof place === 'object' && place !== null);
  try {
    await use(place.port);
  } finally {
    server.close();
  }
}

const ask = (checker: Checker, port: number) => verdictOn(checker, targetAt(port));

/** A port that speaks TLS once `upgrade` says so, and keeps what it then hears. */
function secureServer(
  upgrade: (socket: Socket, secure: () => void) => void,
  answer: (said: string) => string | undefined,
  heard: string[] = [],
): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    upgrade(socket, () => {
      const secure = new TLSSocket(socket, { isServer: true, ...certificate });
      secure.on('error', () => undefined);
      secure.on('data', (bytes: Buffer) => {
        heard.push(bytes.toString('latin1'));
        const said = answer(bytes.toString('latin1').toLowerCase());
        if (said !== undefined) secure.write(said);
      });
    });
  });
}

const atOnce = (_: Socket, secure: () => void): void => secure();
const redisAnswer = (said: string): string => {
  const role = said.includes('role') ? '*3\r\n$6\r\nmaster\r\n:1\r\n*0\r\n' : '';
  return `${said.includes('auth') ? '+OK\r\n' : ''}${role}`;
};

test('Redis over TLS', async () => {
  await withServer(secureServer(atOnce, redisAnswer), async (port) => {
    assert.equal(await ask(redis, port), 'up: Redis is a master');
    assert.equal(await ask({ ...redis, tls: good }, port), 'up: Redis is a master');
    const unnamed = { ...loose, authority, verify: { name: undefined } };
    assert.equal(await ask({ ...redis, tls: unnamed }, port), 'up: Redis is a master');
  });
});

test('who has another certificate than is wanted is not told a password', async () => {
  const heard: string[] = [];
  const wish = (socket: Socket, secure: () => void): void => {
    socket.once('data', () => {
      socket.write('S');
      secure();
    });
  };
  await withServer(secureServer(atOnce, redisAnswer, heard), async (port) => {
    const verdict = await ask({ ...redis, tls: forName('other.example.org') }, port);
    assert.equal(verdict, 'down: the certificate is not for other.example.org');
    const host = { ...loose, verify: { name: undefined } };
    const selfSigned = 'down: the certificate is not good (it is self-signed)';
    assert.equal(await ask({ ...redis, tls: host }, port), selfSigned);
  });
  await withServer(
    secureServer(wish, () => undefined, heard),
    async (port) => {
      const verdict = await ask({ ...pgsql, tls: forName('other.example.org') }, port);
      assert.equal(verdict, 'down: the certificate is not for other.example.org');
    },
  );
  assert.deepEqual(heard, []);
});

test('PostgreSQL that speaks no TLS, or says more than one letter', async () => {
  const saying = (text: string) =>
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(text));
    });
  await withServer(saying('N'), async (port) => {
    assert.equal(await ask(pgsql, port), 'down: the server does not speak TLS (ssl = off)');
  });
  for (const text of ['SZ', 'E', 'HTTP/1.1 400']) {
    await withServer(saying(text), async (port) => {
      assert.equal(await ask(pgsql, port), 'down: the server does not answer the wish for TLS');
    });
  }
});

test('MySQL that speaks no TLS', async () => {
  const greeting = Buffer.from(
    '0a382e302e30000100000073616c7473616c740000822d020008001500000000000000000000' +
      '73616c7473616c7473616c74006d7973716c5f6e61746976655f70617373776f726400',
    'hex',
  );
  const head = Buffer.from([greeting.length, 0, 0, 0]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([head, greeting]));
  });
  await withServer(server, async (port) => {
    assert.equal(await ask(mysql, port), 'down: the server does not speak TLS');
  });
});

test('gRPC over TLS: its certificate, its name, and who speaks no HTTP/2', async () => {
  const asked: (string | undefined)[] = [];
  const server = createSecureServer(certificate, undefined);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    asked.push(headers[':authority']);
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
  });
  await withServer(server, async (port) => {
    const serves = 'up: gRPC says that shop.Orders serves';
    assert.equal(await ask(grpc, port), serves);
    assert.equal(await ask({ ...grpc, tls: good }, port), serves);
    assert.deepEqual(asked, [`127.0.0.1:${port}`, 'www.example.org']);
    assert.equal(
      await ask({ ...grpc, tls: forName('other.example.org') }, port),
      'down: the certificate is not for other.example.org',
    );
    assert.match(
      await ask({ ...grpc, tls: { ...loose, authority: '/nowhere.pem' } }, port),
      /^down: the files of the SSL block cannot be used/,
    );
    assert.equal(asked.length, 2);
  });
  await withServer(
    secureServer(atOnce, () => undefined),
    async (port) => {
      assert.equal(await ask(grpc, port), 'down: the server does not speak HTTP/2 over TLS');
    },
  );
});
