/** The application checks before small servers that speak as much of each protocol as they ask for. */
import assert from 'node:assert/strict';
import {
  createServer as createHttp2,
  createSecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { targetAt, verdictOn } from '../../../../test/checkers/ask.ts';
import { certificate } from '../../../../test/checkers/certificate.ts';
import { milliseconds } from '../../../base/units.ts';
import type { HttpUrl, TlsSettings } from '../../../health/checker.ts';

async function listening(server: Server | Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  assert.ok(typeof place === 'object' && place !== null);
  return place.port;
}

async function before(converse: (socket: Socket) => void, ask: (port: number) => Promise<void>) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    converse(socket);
  });
  try {
    await ask(await listening(server));
  } finally {
    server.close();
  }
}

const nobody = { user: undefined, password: undefined, tls: undefined };

/** Answers commands in the array form of RESP. */
const redisServer = (role: string, password?: string) => (socket: Socket) => {
  let isKnown = password === undefined;
  socket.on('data', (bytes) => {
    for (const text of bytes.toString('latin1').split(/(?=^\*\d)/m)) {
      const words = [...text.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map((match) => match[1] ?? '');
      const [command = '', ...rest] = words;
      if (command.toLowerCase() === 'auth') {
        isKnown = rest.at(-1) === password;
        socket.write(isKnown ? '+OK\r\n' : '-WRONGPASS invalid password\r\n');
      } else if (command.toLowerCase() === 'role') {
        socket.write(isKnown ? role : '-NOAUTH Authentication required.\r\n');
      } else {
        socket.write('+OK\r\n');
      }
    }
  });
};

const master = '*3\r\n$6\r\nmaster\r\n:1\r\n*0\r\n';
const replica = (link: string) =>
  `*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:6379\r\n$${link.length}\r\n${link}\r\n:1\r\n`;

test('Redis is asked for its role', async () => {
  const redis = { kind: 'redis', ...nobody, role: 'master' } as const;
  await before(redisServer(master), async (port) => {
    assert.equal(await verdictOn(redis, targetAt(port)), 'up: Redis is a master');
    const wanted = { ...redis, role: 'replica' } as const;
    assert.equal(
      await verdictOn(wanted, targetAt(port)),
      'down: Redis is a master, wanted a replica',
    );
  });
  await before(redisServer(replica('connected')), async (port) => {
    assert.equal(
      await verdictOn({ ...redis, role: 'replica' }, targetAt(port)),
      'up: Redis is a replica',
    );
    assert.match(await verdictOn(redis, targetAt(port)), /^down: .*wanted a master/);
  });
  await before(redisServer(replica('sync')), async (port) => {
    const verdict = await verdictOn({ ...redis, role: 'replica' }, targetAt(port));
    assert.equal(verdict, 'down: Redis is a replica without its master (link sync)');
  });
});

test('Redis with a password, a wrong one, garbage, silence and nobody', async () => {
  const redis = { kind: 'redis', ...nobody, role: 'any' } as const;
  await before(redisServer(master, 'secret'), async (port) => {
    const known = { ...redis, password: 'secret' };
    assert.equal(await verdictOn(known, targetAt(port)), 'up: Redis answers, a master');
    assert.match(await verdictOn(redis, targetAt(port)), /^down: NOAUTH/);
    assert.match(await verdictOn({ ...redis, password: 'no' }, targetAt(port)), /^down: WRONGPASS/);
  });
  await before(
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    async (port) => assert.match(await verdictOn(redis, targetAt(port)), /^down: /),
  );
  await before(
    (socket) => socket.resume(),
    async (port) =>
      assert.equal(
        await verdictOn(redis, targetAt(port, milliseconds(100))),
        'down: timeout waiting for the answer',
      ),
  );
  assert.equal(await verdictOn(redis, targetAt(1)), 'down: connection refused');
});

/** A greeting, then OK to whoever comes, then one row. */
const mysqlServer = (readOnly: number) => (socket: Socket) => {
  const packet = (sequence: number, body: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUIntLE(body.length, 0, 3);
    head[3] = sequence;
    return Buffer.concat([head, body]);
  };
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
  const end = Buffer.from([0xfe, 0, 0, 2, 0]);
  const column = Buffer.concat([
    ...['def', '', '', '', 'answer', ''].map(text),
    Buffer.from([0x0c, 63, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0]),
  ]);
  const greeting = Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.0.0\0'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('saltsalt\0'),
    // PROTOCOL_41, SECURE_CONNECTION and PLUGIN_AUTH.
    Buffer.from([0x00, 0x82, 45, 2, 0, 0x08, 0x00, 21]),
    Buffer.alloc(10),
    Buffer.from('saltsaltsalt\0'),
    Buffer.from('mysql_native_password\0'),
  ]);
  socket.write(packet(0, greeting));
  let isKnown = false;
  socket.on('data', (bytes) => {
    if (!isKnown) {
      isKnown = true;
      socket.write(packet(2, ok));
    } else if (bytes[4] === 3) {
      const rows = [Buffer.from([1]), column, end, text(`${readOnly}`), end];
      socket.write(Buffer.concat(rows.map((row, index) => packet(index + 1, row))));
    }
  });
};

test('MySQL is asked whether it is read-only', async () => {
  const mysql = { kind: 'mysql', ...nobody, database: undefined, state: 'writable' } as const;
  await before(mysqlServer(0), async (port) => {
    assert.equal(await verdictOn(mysql, targetAt(port)), 'up: the server is writable');
  });
  await before(mysqlServer(1), async (port) => {
    const verdict = await verdictOn(mysql, targetAt(port));
    assert.equal(verdict, 'down: the server is read-only, wanted writable');
    const any = { ...mysql, state: 'any' } as const;
    assert.equal(await verdictOn(any, targetAt(port)), 'up: the server is read-only');
  });
  await before(
    (socket) => socket.end(),
    async (port) => assert.match(await verdictOn(mysql, targetAt(port)), /^down: /),
  );
});

const pgsqlServer = (answer: 't' | 'f' | 'refused') => (socket: Socket) => {
  const message = (kind: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write(kind);
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const BOOLEAN = 16;
  const column = Buffer.alloc(18);
  column.writeUInt32BE(BOOLEAN, 6);
  column.writeUInt16BE(1, 10);
  let isKnown = false;
  socket.on('data', (bytes) => {
    if (!isKnown) {
      isKnown = true;
      if (answer === 'refused') {
        const fields = 'SFATAL\0C28P01\0Mpassword authentication failed\0\0';
        socket.end(message('E', Buffer.from(fields)));
      } else socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
    } else if (String.fromCharCode(Number(bytes[0])) === 'Q') {
      const description = Buffer.concat([Buffer.from([0, 1]), Buffer.from('answer\0'), column]);
      const row = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 1]), Buffer.from(answer)]);
      const parts = [message('T', description), message('D', row)];
      socket.write(Buffer.concat([...parts, message('C', Buffer.from('SELECT 1\0')), ready]));
    }
  });
};

test('PostgreSQL is asked whether it is in recovery', async () => {
  const pgsql = { kind: 'pgsql', ...nobody, database: undefined, state: 'primary' } as const;
  await before(pgsqlServer('f'), async (port) => {
    assert.equal(await verdictOn(pgsql, targetAt(port)), 'up: the server is primary');
  });
  await before(pgsqlServer('t'), async (port) => {
    const verdict = await verdictOn(pgsql, targetAt(port));
    assert.equal(verdict, 'down: the server is standby, wanted primary');
    const standby = { ...pgsql, state: 'standby' } as const;
    assert.equal(await verdictOn(standby, targetAt(port)), 'up: the server is standby');
  });
  await before(pgsqlServer('refused'), async (port) => {
    assert.match(await verdictOn(pgsql, targetAt(port)), /^down: .*password authentication failed/);
  });
});

function healthServer(server: Http2Server, status: number): Http2Server {
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const isHealth = headers[':path'] === '/grpc.health.v1.Health/Check';
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isHealth ? '0' : '12' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
  });
  return server;
}

test('the health service of gRPC, in the clear and over TLS', async () => {
  const grpc = { kind: 'grpc', service: 'shop.Orders', tls: undefined } as const;
  for (const [status, verdict] of [
    [1, 'up: gRPC says that shop.Orders serves'],
    [2, 'down: gRPC says NOT_SERVING of shop.Orders'],
  ] as const) {
    const server = healthServer(createHttp2(), status);
    assert.equal(await verdictOn(grpc, targetAt(await listening(server))), verdict);
    server.close();
  }
  const secure = healthServer(createSecureServer(certificate), 1);
  const port = await listening(secure);
  assert.match(await verdictOn({ ...grpc, tls }, targetAt(port)), /^up: /);
  assert.match(await verdictOn(grpc, targetAt(port, milliseconds(300))), /^down: /);
  secure.close();
});

const url: HttpUrl = {
  path: '/health',
  host: 'www.example.org',
  digest: undefined,
  statuses: [],
  pattern: undefined,
  tlsCompliant: false,
  json: { path: ['checks', 'database'], wanted: 'up' },
};
const tls: TlsSettings = {
  sni: true,
  sniName: undefined,
  certificate: undefined,
  key: undefined,
  password: undefined,
  authority: undefined,
};

test('HTTP/2 with a field of JSON, and a certificate that nobody has signed', async () => {
  const answer = (server: Http2Server): Http2Server =>
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      const isAsked = headers[':path'] === '/health' && headers[':authority'] === 'www.example.org';
      stream.respond({ ':status': isAsked ? 200 : 404 });
      stream.end('{"checks":{"database":"up"}}');
    });
  const http = { kind: 'http', protocol: '1.0', http2: true, urls: [url] } as const;
  const plain = answer(createHttp2());
  const verdict = await verdictOn({ ...http, tls: undefined }, targetAt(await listening(plain)));
  assert.equal(verdict, 'up: HTTP status 200 for /health');
  plain.close();
  const secure = answer(createSecureServer(certificate));
  const target = targetAt(await listening(secure));
  assert.match(await verdictOn({ ...http, tls }, target), /^up: /);
  const verify = { name: undefined };
  const refused = await verdictOn({ ...http, tls: { ...tls, verify } }, target);
  assert.match(refused, /^down: the certificate is not good \(.*self.signed/i);
  secure.close();
});
