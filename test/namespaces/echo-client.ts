/**
 * Asks an address hundreds of times a second: `node echo-client.ts ADDRESS`. Each question is one datagram, sent once:
 * nothing is repeated, so whatever is lost on the way, there or back, shows. SIGTERM ends the asking; what was not
 * answered a second later never was.
 */
import { createSocket } from 'node:dgram';
import { type EchoCount, echoPort } from './echo.ts';

const every = 3;
const patience = 1_000;

const [, , address = ''] = process.argv;
const socket = createSocket('udp4');
const askedAt: number[] = [];
const open = new Set<number>();
const by: Record<string, number> = {};
let slowest = 0;

socket.on('message', (answer) => {
  const number = answer.readUInt32BE(0);
  if (!open.delete(number)) return;
  slowest = Math.max(slowest, now() - (askedAt[number] ?? 0));
  const name = answer.toString('latin1', 4);
  by[name] = (by[name] ?? 0) + 1;
});
socket.on('error', () => undefined);
socket.bind(() => {
  socket.connect(echoPort, address, () => {
    const timer = setInterval(askOnce, every);
    process.on('SIGTERM', () => {
      clearInterval(timer);
      setTimeout(conclude, patience);
    });
    process.stdout.write('asking\n');
  });
});

function askOnce(): void {
  const question = Buffer.alloc(4);
  question.writeUInt32BE(askedAt.length);
  open.add(askedAt.length);
  askedAt.push(now());
  socket.send(question, () => undefined);
}

function conclude(): void {
  const count: EchoCount = {
    asked: askedAt.length,
    answered: askedAt.length - open.size,
    unanswered: [...open].map((number) => askedAt[number] ?? 0),
    slowest,
    by,
  };
  process.stdout.write(`${JSON.stringify(count)}\n`, () => process.exit(0));
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
