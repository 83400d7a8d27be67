/** Many checks at once, over real sockets of this host. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { requestOf, runChecks, targetAt, verdictOn } from '../../../test/checkers/ask.ts';
import { certificate } from '../../../test/checkers/certificate.ts';
import { milliseconds, seconds } from '../../base/units.ts';
import type { CheckOutcome, CheckRequest } from '../../health/check.ts';
import type { HttpChecker, MiscChecker } from '../../health/checker.ts';
import { linuxClock } from '../../linux/clock.ts';
import { Budget } from './budget.ts';
import { createCheckRunner } from './runner.ts';

async function withServer(
  converse: (socket: Socket) => void,
  use: (port: number, sockets: ReadonlySet<Socket>) => Promise<void>,
  server: Server = createServer(),
): Promise<void> {
  const sockets = new Set<Socket>();
  server.on(server.listenerCount('secureConnection') > 0 ? 'nothing' : 'connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  assert.ok(typeof place === 'object' && place !== null);
  try {
    await use(place.port, sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const silent = (socket: Socket) => socket.resume();
const smtp = { kind: 'smtp', helo: 'x' } as const;

test('a slow target delays no other, and thousands are under way at once', async () => {
  await withServer(silent, async (port) => {
    const order: string[] = [];
    const quick = Array.from({ length: 2_000 }, (_, index) =>
      requestOf({ kind: 'tcp' }, targetAt(port), `quick ${index}`),
    );
    const slow = requestOf(smtp, targetAt(port, milliseconds(3_000)), 'slow');
    const ended = new Promise<void>((resolve) => {
      const runner = createCheckRunner({
        now: linuxClock.now,
        notice: (text) => order.push(text),
        security: { scriptUser: undefined, enforce: false },
        tell(outcomes) {
          for (const { checker, passed } of outcomes) order.push(`${checker} ${passed}`);
          if (order.length < quick.length) return;
          runner.close();
          resolve();
        },
      });
      runner.begin([slow, ...quick]);
    });
    await ended;
    assert.deepEqual(
      order.filter((line) => !/^quick \d+ true$/.test(line)),
      [],
    );
  });
});

test('what is too much at once waits its turn; it is told once, and when it is over', async () => {
  await withServer(
    (socket) => setImmediate(() => socket.end('220 a\r\n')),
    async (port) => {
      const requests = Array.from({ length: 20 }, (_, index) =>
        requestOf(smtp, targetAt(port), `check ${index}`),
      );
      const { outcomes, notices } = await runChecks(requests, { connections: 3 });
      assert.equal(outcomes.size, 20);
      assert.match(notices[0] ?? '', /^descriptors for checks: all 3 are in use, checks wait/);
      assert.deepEqual(notices.slice(1), ['descriptors for checks: enough again, no check waits']);
    },
  );
});

test('servers that do not answer have half of what there is, and wait for the others', async () => {
  const budget = new Budget({ name: 'x', limit: 4, now: linuxClock.now, notice: () => undefined });
  assert.deepEqual(
    [true, true, true, false, false, false].map((isHeld) => budget.take(isHeld)),
    [...[true, true, false, true, true, false]],
  );
  budget.release(true);
  assert.ok(budget.take(true));
  await withServer(silent, async (port) => {
    const hung = Array.from({ length: 40 }, (_, index) =>
      requestOf(smtp, targetAt(port, milliseconds(150)), `hung ${index}`),
    );
    const quick = Array.from({ length: 20 }, (_, index) =>
      requestOf({ kind: 'tcp' }, targetAt(port), `quick ${index}`),
    );
    const order: string[] = [];
    const notices: string[] = [];
    let round = 1;
    await new Promise<void>((resolve) => {
      const runner = createCheckRunner({
        now: linuxClock.now,
        notice: (text) => notices.push(text),
        security: { scriptUser: undefined, enforce: false },
        connections: 4,
        tell(outcomes) {
          for (const { checker } of outcomes) order.push(checker);
          if (order.length === hung.length && round === 1) {
            round = 2;
            order.length = 0;
            runner.begin([...hung, ...quick]);
          }
          if (round === 1 || order.length < hung.length + quick.length) return;
          runner.close();
          resolve();
        },
      });
      runner.begin(hung);
    });
    const last = order.findLastIndex((checker) => checker.startsWith('quick'));
    assert.equal(last, quick.length - 1, 'no server that does not answer came before');
    assert.match(notices[0] ?? '', /all 4 are in use/);
  });
});

test('with the descriptors of the process used up nothing is lost, and one line says so', () => {
  const script = `
    import { runChecks, requestOf, targetAt } from './test/checkers/ask.ts';
    import { createServer } from 'node:net';
    const server = createServer((socket) => setTimeout(() => socket.end('220 a\\r\\n'), 20));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const requests = Array.from({ length: 100 }, (_, index) =>
      requestOf({ kind: 'smtp', helo: 'x' }, targetAt(server.address().port), String(index)));
    const { outcomes, notices } = await runChecks(requests, { connections: 500 });
    console.log(JSON.stringify([outcomes.size, notices]));
    process.exit();`;
  const words = ['-c', 'ulimit -n 70; exec "$@"', 'sh', process.execPath, '--input-type=module'];
  const { stdout, stderr } = spawnSync('sh', [...words, '--eval', script], { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const [count, notices]: [number, string[]] = JSON.parse(stdout);
  assert.equal(count, 100);
  assert.match(notices[0] ?? '', /the kernel has none left \(EMFILE\), checks wait/);
  assert.equal(notices.length, 2);
});

test('a check that is cancelled or asked again has no outcome of its own', async () => {
  await withServer(silent, async (port, sockets) => {
    const outcomes: CheckOutcome[] = [];
    let told = (): void => undefined;
    const runner = createCheckRunner({
      now: linuxClock.now,
      notice: () => undefined,
      security: { scriptUser: undefined, enforce: false },
      tell(some) {
        outcomes.push(...some);
        told();
      },
    });
    const connected = async (count: number): Promise<void> => {
      while (sockets.size < count) await new Promise((resolve) => setImmediate(resolve));
    };
    runner.begin([
      requestOf(smtp, targetAt(port), 'cancelled'),
      requestOf(smtp, targetAt(port), 'asked again'),
    ]);
    await connected(2);
    runner.cancel(['cancelled']);
    const closed = Promise.all([...sockets].map((socket) => once(socket, 'close')));
    const again: CheckRequest = {
      ...requestOf({ kind: 'tcp' }, targetAt(port), 'asked again'),
      sequence: 2,
    };
    runner.begin([again]);
    await new Promise<void>((resolve) => {
      told = resolve;
    });
    await closed;
    runner.close();
    assert.deepEqual(
      outcomes.map(({ checker, sequence, passed }) => [checker, sequence, passed]),
      [['asked again', 2, true]],
    );
  });
});

test('who floods for ever is slowed down, and has no more than its share of this process', async () => {
  const chunk = Buffer.alloc(2 ** 18, 0x78);
  const flood = (socket: Socket): void => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    socket.write('HTTP/1.0 200 OK\r\n\r\n', pour);
  };
  await withServer(flood, async (port, sockets) => {
    const verdict = await verdictOn(page, targetAt(port, milliseconds(100)));
    assert.match(verdict, /^down: /);
    const [socket] = sockets;
    // 16 MiB at once, then at most 10 MiB a second, and what the buffers of both ends hold.
    const megabytes = (socket?.bytesWritten ?? Number.NaN) / 2 ** 20;
    assert.ok(megabytes < 64, `${megabytes} MiB`);
  });
});

test('who dribbles for ever is given up', async () => {
  await withServer(
    (socket) => {
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 2);
      socket.on('close', () => clearInterval(timer));
    },
    async (port) => {
      const verdict = await verdictOn(page, targetAt(port, milliseconds(80)));
      assert.equal(verdict, 'down: the answer did not end within 1600 ms');
    },
  );
});

const page: HttpChecker = {
  kind: 'http',
  tls: undefined,
  protocol: '1.0',
  urls: [
    {
      path: '/',
      host: 'www.example.org',
      digest: undefined,
      statuses: [],
      pattern: undefined,
      tlsCompliant: false,
    },
  ],
};
const tls = {
  sni: true,
  sniName: undefined,
  certificate: undefined,
  key: undefined,
  password: undefined,
  authority: undefined,
};

test('TLS: the certificate counts only where it is to be verified', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hf-checks-'));
  const authority = join(folder, 'ca.pem');
  const server = createTlsServer(certificate, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nhello'));
  });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(authority, certificate.cert);
  await withServer(
    silent,
    async (port) => {
      const target = targetAt(port);
      const asked = (more: object) => verdictOn({ ...page, tls: { ...tls, ...more } }, target);
      assert.match(await asked({}), /^up: /);
      assert.match(
        await asked({ verify: { name: undefined } }),
        /^down: the certificate is not good/,
      );
      assert.match(await asked({ verify: { name: undefined }, authority }), /^up: /);
      // Without a name in the handshake there is none to compare with, or that of the configuration alone.
      const unnamed = { sni: false, authority };
      assert.match(await asked({ ...unnamed, verify: { name: undefined } }), /^up: /);
      assert.match(await asked({ ...unnamed, verify: { name: 'www.example.org' } }), /^up: /);
      assert.equal(
        await asked({ ...unnamed, verify: { name: 'other.example.org' } }),
        'down: the certificate is not for other.example.org',
      );
      assert.equal(
        await asked({ verify: { name: 'other.example.org' }, authority }),
        'down: the certificate is not for other.example.org',
      );
      const missing = await asked({ authority: '/nowhere/ca.pem' });
      assert.match(
        missing,
        /^down: the files of the SSL block cannot be used: .*\/nowhere\/ca.pem/,
      );
    },
    server,
  );
  rmSync(folder, { recursive: true });
});

const program = (line: string, timeout = seconds(5)): MiscChecker => ({
  kind: 'misc',
  command: ['/bin/sh', '-c', line],
  timeout,
  dynamic: true,
  user: undefined,
  group: undefined,
});

function stateOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

test('a program that hangs with its children is ended with them, and named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hf-checks-'));
  const note = join(folder, 'pid');
  const line = `trap '' TERM; sleep 60 & echo $! >${note}; while :; do wait; done`;
  const requests = [requestOf(program(line, milliseconds(300)), targetAt(1))];
  const { outcomes, notices } = await runChecks(requests);
  assert.equal(outcomes.get('it')?.detail, '/bin/sh did not end in time and was killed');
  assert.match(
    notices[0] ?? '',
    /^MISC_CHECK \/bin\/sh -c .* did not end within 300 ms: it is killed/,
  );
  const child = readFileSync(note, 'latin1').trim();
  // It is killed before the outcome is told, and goes when the kernel has time for it.
  while (!/^$|\) [ZX] /.test(stateOf(child)))
    await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(folder, { recursive: true });
});

test('a flood of output harms nobody, and a status becomes a weight', async () => {
  const requests = [
    requestOf(program('yes | head -c 3000000; exit 0'), targetAt(1), 'flood'),
    requestOf(program('exit 7'), targetAt(1), 'weight'),
    requestOf({ ...program(''), command: ['/usr/bin/no-such-check'] }, targetAt(1), 'missing'),
    requestOf({ ...program('exit 0'), user: 'no-such-user' }, targetAt(1), 'stranger'),
  ];
  const { outcomes } = await runChecks(requests);
  const brief = (name: string) => {
    const outcome = outcomes.get(name);
    return [outcome?.passed, outcome?.weight];
  };
  assert.deepEqual(brief('flood'), [true, undefined]);
  assert.deepEqual(brief('weight'), [true, 5]);
  assert.match(outcomes.get('missing')?.detail ?? '', /no-such-check does not exist/);
  assert.match(outcomes.get('stranger')?.detail ?? '', /no user no-such-user/);
});
