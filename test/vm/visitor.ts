/**
 * A client: `node visitor.ts ADDRESS PORT COUNT EVERY` opens COUNT connections, one every EVERY milliseconds, and says who
 * answered them. Without end when COUNT is 0: SIGTERM ends it then.
 */
import { connect } from 'node:net';
import type { Visits } from './visits.ts';

const patience = 2_000;

const [, , address = '', port, count, every] = process.argv;
const by: Record<string, number> = {};
const failed: { at: number; why: string }[] = [];
let [asked, open] = [0, 0];
let isLast = false;

const timer = setInterval(visit, Number(every));
process.on('SIGTERM', end);
process.stdout.write('visiting\n');

function visit(): void {
  asked += 1;
  open += 1;
  if (asked === Number(count)) end();
  const at = performance.timeOrigin + performance.now();
  const connection = connect({ host: address, port: Number(port) });
  let name = '';
  let why = 'closed';
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
