/**
 * A client with many connections: `node caller.ts PROTOCOL ADDRESS PORT COUNT LOCAL[,LOCAL...]`. Each connection asks once
 * and stays; on SIGUSR2 each asks again. After every round a line of JSON: who answered how often, who other than before,
 * and who answered each of the local addresses.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

const [, , protocol = '', host = '', port = '', count = '', local = ''] = process.argv;
const locals = local.split(',');
const PATIENCE = 3_000;
const AT_ONCE = 64;

/** Asks over one connection; resolves to the name, or undefined when nothing comes back. */
type Line = () => Promise<string | undefined>;

const lines: Line[] = [];
const first: (string | undefined)[] = [];

// Before the first answer is told, since the signal may come right after it.
process.on('SIGUSR2', () => void round(async (index) => lines[index]?.()));
await round(async (index) => {
  const line = await (protocol === 'udp'
    ? openDatagrams(localOf(index))
    : openStream(localOf(index)));
  lines[index] = line;
  return line();
});

function localOf(index: number): string {
  return locals[index % locals.length] ?? '';
}

async function round(ask: (index: number) => Promise<string | undefined>): Promise<void> {
  const by: Record<string, number> = {};
  const homes: Record<string, string> = {};
  let moved = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < Number(count)) {
      const index = next;
      next += 1;
      const name = await ask(index);
      if (index in first && first[index] !== name) moved += 1;
      first[index] ??= name;
      by[name ?? 'nobody'] = (by[name ?? 'nobody'] ?? 0) + 1;
      const home = homes[localOf(index)];
      homes[localOf(index)] = home === undefined || home === name ? `${name}` : 'several';
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`${JSON.stringify({ by, moved, homes })}\n`);
}

async function openStream(from: string): Promise<Line> {
  const socket = connect({ host, port: Number(port), localAddress: from });
  let heard: ((name: string | undefined) => void) | undefined;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => heard?.(text.trim()));
  socket.on('error', (error: NodeJS.ErrnoException) => heard?.(error.code));
  socket.on('close', () => heard?.('closed'));
  return () => {
    const answer = wait((resolve) => {
      heard = resolve;
    });
    socket.write('who\n');
    return answer;
  };
}

async function openDatagrams(from: string): Promise<Line> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let heard: ((name: string | undefined) => void) | undefined;
  socket.on('message', (text) => heard?.(text.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => heard?.(error.code));
  await new Promise<void>((resolve) => socket.bind(0, from, resolve));
  await new Promise<void>((resolve) => socket.connect(Number(port), host, () => resolve()));
  return () => {
    const answer = wait((resolve) => {
      heard = resolve;
    });
    socket.send('who');
    return answer;
  };
}

function wait(
  listen: (resolve: (name: string | undefined) => void) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    listen((name) => {
      clearTimeout(timer);
      resolve(name);
    });
  });
}
