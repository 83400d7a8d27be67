/**
 * A visitor with little patience: `node visitor.ts ADDRESS` asks a web server hundreds of times a second, each
 * time over a connection of its own, and writes one JSON line for whatever is worth telling.
 */
import { connect } from 'node:net';

export type VisitorLine =
  /** Nothing was answered for so long, though it was asked. */
  | { readonly kind: 'silence'; readonly from: number; readonly to: number; readonly by: string }
  /** Who shares the answers from now on. */
  | { readonly kind: 'answered-by'; readonly at: number; readonly servers: readonly string[] }
  | { readonly kind: 'refused'; readonly at: number }
  | { readonly kind: 'count'; readonly asked: number; readonly answered: number };

const every = 3;
const patience = 250;
/** Shorter pauses are the visitor's own. */
const worthTelling = 25;
/** Between two questions, after which the visitor was not served by its own machine. */
const stillness = 10;
/** Who answers none of so many in a row is sent none any more: three share them evenly. */
const passedOver = 30;

let asked = 0;
let answered = 0;
let last: { readonly at: number } | undefined;
let askedAt = Number.POSITIVE_INFINITY;
/** Milliseconds since the last answer in which the visitor itself stood still. */
let stoodStill = 0;
/** The number of each one's latest answer. */
const latest = new Map<string, number>();

function ask(address: string): void {
  asked += 1;
  stoodStill += stillSince(askedAt);
  askedAt = now();
  const socket = connect({ host: address, port: 80 });
  const impatience = setTimeout(() => socket.destroy(), patience);
  let text = '';
  socket.setEncoding('latin1');
  socket.on('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('end', () => {
    if (text.startsWith('HTTP/1.1 200')) note(text.trimEnd().split('\n').at(-1) ?? '');
  });
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') tell({ kind: 'refused', at: now() });
  });
  socket.on('close', () => clearTimeout(impatience));
}

function note(by: string): void {
  const at = now();
  answered += 1;
  const from = (last?.at ?? at) + stoodStill + stillSince(askedAt);
  if (at - from > worthTelling) tell({ kind: 'silence', from, to: at, by });
  last = { at };
  stoodStill = 0;
  const isNew = !latest.has(by);
  latest.set(by, answered);
  const gone = [...latest].filter(([, number]) => answered - number > passedOver);
  for (const [name] of gone) latest.delete(name);
  if (isNew || gone.length > 0) {
    tell({ kind: 'answered-by', at, servers: [...latest.keys()].sort() });
  }
}

/** What of the time since then is more than the pause that was meant to be. */
function stillSince(then: number): number {
  const pause = now() - then;
  return pause > stillness ? pause - every : 0;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function tell(line: VisitorLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (import.meta.main) {
  const address = process.argv[2] ?? '';
  setInterval(() => ask(address), every);
  setInterval(() => tell({ kind: 'count', asked, answered }), 250);
}
