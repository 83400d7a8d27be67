/** Connections to servers of this host: at once, late, cancelled in between, and with more to say than fits. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { Connections, type Listener } from './connections.ts';
import type { DialTarget } from './dial.ts';

async function withServer(
  converse: (socket: Socket) => void,
  backlog: number,
  use: (target: DialTarget, connections: Connections) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    converse(socket);
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog });
  await once(server, 'listening');
  const place = server.address();
  const address = parseAddress('127.0.0.1');
  assert.ok(typeof place === 'object' && place !== null && address !== undefined);
  const nowhere = { bindAddress: undefined, bindPort: undefined, bindInterface: undefined };
  const connections = new Connections(() => undefined);
  try {
    await use({ address, port: place.port, ...nowhere, mark: undefined }, connections);
  } finally {
    connections.end();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const deaf: Omit<Listener, 'connected'> = {
  data: () => undefined,
  ended: () => undefined,
  broken: ({ code }) => assert.fail(code),
};

function opened(connections: Connections, target: DialTarget, listener: Listener): number {
  const result = connections.open(target, 'stream', listener);
  assert.ok(result.ok);
  return result.value;
}

test('who answers late is heard like who answers at once', async () => {
  await withServer(
    (socket) => socket.resume(),
    1,
    async (target, connections) => {
      // Two have room before anybody takes them; the kernel tries the others again a second later.
      const begunAt = performance.now();
      const took: number[] = [];
      await new Promise<void>((resolve) => {
        const connected = (): void => {
          took.push(performance.now() - begunAt);
          if (took.length === 6) resolve();
        };
        for (let each = 0; each < 6; each += 1) opened(connections, target, { ...deaf, connected });
      });
      const late = took.filter((milliseconds) => milliseconds >= 500).length;
      assert.ok(late > 0 && late < 6, `${late} were late`);
    },
  );
});

test('the number of a connection that was closed at once may be that of the next one', async () => {
  await withServer(
    (socket) => socket.resume(),
    511,
    async (target, connections) => {
      const told: string[] = [];
      await new Promise<void>((resolve) => {
        const tell = (name: string) => (): void => {
          told.push(name);
          setImmediate(resolve);
        };
        const first = opened(connections, target, { ...deaf, connected: tell('first') });
        connections.close(first);
        const second = opened(connections, target, { ...deaf, connected: tell('second') });
        assert.equal(second, first);
      });
      assert.deepEqual(told, ['second']);
    },
  );
});

for (const sizes of [
  [8 * 2 ** 20, 1],
  [1, 8 * 2 ** 20],
]) {
  test(`what a server does not take at once follows: ${sizes.join(' bytes, then ')}`, async () => {
    const answer = Buffer.from('more');
    const [first = 0, second = 0] = sizes;
    await withServer(
      (socket) => {
        let heard = 0;
        socket.on('data', ({ length }: Buffer) => {
          heard += length;
          if (heard === first) socket.write(answer);
          if (heard === first + second) socket.end();
        });
      },
      511,
      async (target, connections) => {
        const left = [...sizes];
        await new Promise<void>((resolve) => {
          const say = (): void => {
            const bytes = new Uint8Array(left.shift() ?? 0);
            assert.equal(connections.send(fd, bytes), undefined);
          };
          const listener = { ...deaf, connected: say, data: say, ended: resolve };
          const fd = opened(connections, target, listener);
        });
        assert.deepEqual(left, []);
      },
    );
  });
}
