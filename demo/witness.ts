/** Puts together what the visitor and the observer of the wire tell. */
import { createInterface } from 'node:readline';
import type { Host } from '../test/lab/host.ts';
import type { Task } from '../test/lab/task.ts';
import type { ObserverLine } from './observer.ts';
import type { Timeline } from './timeline.ts';
import type { VisitorLine } from './visitor.ts';

export interface Silence {
  readonly from: number;
  readonly to: number;
}

export interface Witness {
  /** Whose advertisements were the last on the wire. */
  readonly master: () => string | undefined;
  /** Who shares the answers that the visitor gets. */
  readonly servers: () => readonly string[];
  /** The longest that the visitor waited from an instant on, in milliseconds. */
  readonly longestSilence: (since: number) => number;
  /** How long after an instant the visitor was still refused, in milliseconds. */
  readonly refusedFor: (since: number) => number;
  readonly counts: () => { readonly asked: number; readonly answered: number };
}

interface Notes {
  master: string | undefined;
  servers: readonly string[];
  counts: { readonly asked: number; readonly answered: number };
  readonly silences: Silence[];
  readonly refusals: number[];
  /** Who last told the link where the address is, and when; it is told several times in one go. */
  burst: { readonly by: string; readonly at: number } | undefined;
}

export interface WitnessOptions {
  readonly hosts: readonly Host[];
  readonly observer: Task;
  readonly visitor: Task;
  readonly timeline: Timeline;
  readonly address: string;
}

export function listen(options: WitnessOptions): Witness {
  const { observer, visitor, timeline } = options;
  const notes: Notes = {
    master: undefined,
    servers: [],
    counts: { asked: 0, answered: 0 },
    silences: [],
    refusals: [],
    burst: undefined,
  };
  eachLine<ObserverLine>(observer, (line) => noteFrame(notes, line, options));
  eachLine<VisitorLine>(visitor, (line) => noteAnswer(notes, line, timeline));
  return {
    master: () => notes.master,
    servers: () => notes.servers,
    longestSilence: (since) =>
      Math.max(
        0,
        ...notes.silences.filter(({ to }) => to > since).map(({ from, to }) => to - from),
      ),
    refusedFor: (since) => Math.max(0, (notes.refusals.at(-1) ?? 0) - since),
    counts: () => notes.counts,
  };
}

function eachLine<Line>(task: Task, listener: (line: Line) => void): void {
  const { stdout } = task.child;
  if (stdout === null) throw new Error(`${task.name} has no output to read`);
  createInterface({ input: stdout }).on('line', (line) => listener(JSON.parse(line) as Line));
}

function noteFrame(notes: Notes, line: ObserverLine, options: WitnessOptions): void {
  const { hosts, timeline, address } = options;
  if (line.kind === 'advertisement') {
    const by = hosts.find((host) => host.ipv4 === line.source)?.name ?? line.source;
    if (line.priority === 0) timeline.tell(line.at, by, 'resigns (advertisement with priority 0)');
    else if (notes.master !== by) {
      const how = `priority ${line.priority}, every ${line.interval} ms`;
      timeline.tell(line.at, by, `is master: first advertisement (${how})`);
    }
    notes.master = line.priority === 0 ? undefined : by;
  }
  if (line.kind !== 'announcement' || line.address !== address) return;
  const by = hosts.find((host) => host.mac === line.mac)?.name ?? line.mac;
  const again = notes.burst?.by === by && line.at - notes.burst.at < 1000;
  if (again) return;
  notes.burst = { by, at: line.at };
  timeline.tell(line.at, by, `tells the link: ${address} is here (gratuitous ARP)`);
}

function noteAnswer(notes: Notes, line: VisitorLine, timeline: Timeline): void {
  if (line.kind === 'count') notes.counts = line;
  if (line.kind === 'answered-by') {
    notes.servers = line.servers;
    timeline.tell(line.at, 'visitor', `is answered by ${line.servers.join(', ')}`);
  }
  if (line.kind === 'refused') notes.refusals.push(line.at);
  if (line.kind === 'silence') {
    notes.silences.push(line);
    const took = (line.to - line.from).toFixed(0);
    timeline.tell(line.to, 'visitor', `was without answer for ${took} ms`);
  }
}
