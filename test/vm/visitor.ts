/**
 * A client: `node visitor.ts ADDRESS PORT COUNT EVERY` opens COUNT connections, one every EVERY milliseconds, and says who
 * answered them. Without end when COUNT is 0: SIGTERM ends it then. `9899/sctp` is a port of SCTP.
 */
import { connect, Socket } from 'node:net';
import type { Visits } from './visits.ts';

const [, , address = '', place = '', count, every] = process.argv;
/** Milliseconds. A stream measures; a busy machine is no reason for a visit to fail. */
const patience = Number(count) === 0 ? 2_000 : 10_000;
const [port, protocol] = place.split('/');
const dial = await dialler();
const by: Record<string, number> = {};
const failed: { at: number; why: string }[] = [];
let [asked, open] = [0, 0];
let isLast = false;

const timer = setInterval(visit, Number(every));
process.on('SIGTERM', end);
process.stdout.write('visiting\n');

async function dialler(): Promise<() => Socket> {
  if (protocol !== 'sctp') return () => connect({ host: address, port: Number(port) });
  const { connectedSctp } = await import('./sctp.ts');
  return () =>
    new Socket({ fd: connectedSctp(address, Number(port)), readable: true, writable: true });
}

function visit(): void {
  asked += 1;
  open += 1;
  if (asked === Number(count)) end();
  const at = performance.timeOrigin + performance.now();
  let name = '';
  let why = 'closed';
  let connection: Socket;
  try {
    connection = dial();
  } catch (error) {
    open -= 1;
    failed.push({ at, why: `${error}` });
    conclude();
    return;
  }
  connection.setTimeout(patience, () => connection.destroy(new Error('too late')));
  connection.setEncoding('utf8').on('data', (text: string) => {
    name += text;
  });
  connection.on('error', (error) => {
    why = error.message;
  });
  connection.on('close', () => {
    open -= 1;
    if (name === '') failed.push({ at, why });
    else by[name] = (by[name] ?? 0) + 1;
    conclude();
  });
}

function end(): void {
  clearInterval(timer);
  isLast = true;
  conclude();
}

function conclude(): void {
  if (!isLast || open > 0) return;
  const visits: Visits = { asked, failed, by };
  process.stdout.write(`${JSON.stringify(visits)}\n`, () => process.exit(0));
}
