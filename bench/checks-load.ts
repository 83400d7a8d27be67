/** A daemon whose checkers are told to make so many checks a second, and what its checking process has taken for them. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PORT, PORTS } from './checks-listener.ts';

export interface DaemonLoad {
  readonly kind: 'tcp' | 'http';
  readonly rate: number;
  readonly seconds: number;
  /** How many connections the servers have taken so far. */
  readonly accepted: () => Promise<number>;
}

export interface Cost {
  readonly checks: number;
  /** Microseconds of processor time. */
  readonly processor: number;
  readonly seconds: number;
}

const blocks = {
  tcp: 'TCP_CHECK { connect_timeout 2 }',
  http: 'HTTP_GET {\n connect_timeout 2\n url {\n path /\n digest 5d41402abc4b2a76b9719d911017c592\n }\n }',
};
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'latin1' }));
const SETTLING_MILLISECONDS = 60_000;
const GLANCE_MILLISECONDS = 2_000;
/** Two glances that differ by less are at rest. */
const STEADY = 0.05;

/** `process`: of the checks; asked for once they are made. */
export async function measureDaemon(
  { seconds, accepted }: DaemonLoad,
  process: () => number,
): Promise<Cost> {
  await steady(accepted);
  const pid = process();
  const begin = performance.now();
  const [before, acceptedBefore] = [processorOf(pid), await accepted()];
  await pause(seconds * 1_000);
  const [after, acceptedAfter] = [processorOf(pid), await accepted()];
  return {
    checks: acceptedAfter - acceptedBefore,
    processor: after - before,
    seconds: (performance.now() - begin) / 1_000,
  };
}

/** All services are made, every check has been made once, and the compiler has done its part. */
async function steady(accepted: () => Promise<number>): Promise<void> {
  const deadline = performance.now() + SETTLING_MILLISECONDS;
  let last = 0;
  for (let count = await accepted(); performance.now() < deadline; ) {
    await pause(GLANCE_MILLISECONDS);
    const now = await accepted();
    const fresh = now - count;
    if (fresh > 0 && Math.abs(fresh - last) < STEADY * fresh) return;
    last = fresh;
    count = now;
  }
}

function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** The descendant of a process in whose command line this stands. */
export function descendant(parent: number, word: string): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    parents.set(Number(name), Number(fields[1]));
  }
  for (const pid of parents.keys()) {
    if (!read(`/proc/${pid}/cmdline`).includes(word)) continue;
    for (let one = parents.get(pid); one !== undefined; one = parents.get(one)) {
      if (one === parent) return pid;
    }
  }
  throw new Error(`no process has ${word} in its command line`);
}

/** Empty where the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Each server is checked once a second. */
export function configuration({ kind, rate }: DaemonLoad): string {
  const servers = Array.from({ length: rate }, (_, index) => {
    const service = Math.floor(index / PORTS);
    const head =
      index % PORTS === 0
        ? `${index === 0 ? '' : '}\n'}virtual_server 10.97.${service >> 8}.${service & 255} 80 {
 delay_loop 1
 warmup 1
 lvs_sched rr
 lvs_method NAT
 protocol TCP
`
        : '';
    return `${head} real_server 127.0.0.1 ${FIRST_PORT + (index % PORTS)} {\n ${blocks[kind]}\n }\n`;
  });
  return `${servers.join('')}}\n`;
}
