/**
 * A whole daemon over nftables: how long until servers that die are out of the table, beside the bound that their settings
 * give; and what an hour of a server that goes and comes every 200 ms leaves behind in memory, each change of it made, only
 * faster.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from '../test/lab/command.ts';
import { startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { family, signal, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { summarise } from './statistics.ts';

export interface Detection {
  readonly count: number;
  /** Milliseconds from a death to its line in the journal, at the 99th percentile, and what it may be. */
  readonly p99: number;
  readonly max: number;
  readonly bound: number;
}

export interface Growth {
  readonly changes: number;
  /** MiB of all processes, each page counted once: at the second quarter and at the last. */
  readonly before: number;
  readonly after: number;
}

const FIRST_PORT = 20_000;
/** Milliseconds. */
const INTERVAL = 1_000;
const CONNECT = 1_000;
const SPREAD = 15_000;
const PATIENCE = 30_000;

function configuration(host: Host, count: number): string {
  const servers = Array.from(
    { length: count },
    (_, index) => `  real_server ${host.ipv4} ${FIRST_PORT + index} {
    TCP_CHECK {
      connect_timeout ${CONNECT / 1_000}
      retry 0
    }
  }
`,
  );
  return `global_defs {
  lvs_plane nftables
}
virtual_server 10.11.0.100 80 {
  delay_loop ${INTERVAL / 1_000}
  lb_algo rr
  lb_kind NAT
  protocol TCP
${servers.join('')}}
`;
}

/** Half of the servers refuse from a moment on, half are silent; moments are spread over many intervals. */
export async function measureDetection(
  count: number,
): Promise<{ readonly refusing: Detection; readonly silent: Detection }> {
  const lab = await openLab(['d', 's']);
  try {
    const [director, host] = [lab.host('d'), lab.host('s')];
    const words = [join(import.meta.dirname, 'balance-servers.ts'), host.ipv4, `${FIRST_PORT}`];
    const servers = await serversOn(host, [...words, `${count}`, `${SPREAD}`]);
    await nft(host, 'add table ip deaf\nadd set ip deaf ports { type inet_service; }\n');
    await nft(
      host,
      'add chain ip deaf in { type filter hook input priority 0; }\nadd rule ip deaf in tcp dport @ports drop\n',
    );
    const daemon = startHoldfast(director, configuration(host, count));
    await until('it balances', PATIENCE, () => daemon.log().includes('Gained') || undefined);
    await pause(3 * INTERVAL);
    const deaths = new Map<number, number>();
    const ports = Array.from({ length: count }, (_, index) => FIRST_PORT + index);
    signal(servers.pid, 'SIGUSR2');
    const deafen = async (port: number): Promise<void> => {
      await pause(Math.random() * SPREAD);
      await nft(host, `add element ip deaf ports { ${port} }\n`);
      deaths.set(port, now());
    };
    await Promise.all(ports.filter((_, index) => index % 2 === 1).map(deafen));
    await until('all are out', PATIENCE, () => removals(daemon).size === count || undefined, 250);
    for (const [, port, at] of servers.log().matchAll(/^closed (\d+) ([\d.]+)$/gm)) {
      deaths.set(Number(port), Number(at));
    }
    const out = removals(daemon);
    const times = (isSilent: boolean): readonly number[] =>
      ports
        .filter((_, index) => (index % 2 === 1) === isSilent)
        .map((port) => (out.get(port) ?? Number.NaN) - (deaths.get(port) ?? Number.NaN));
    return {
      refusing: detection(times(false), INTERVAL),
      silent: detection(times(true), INTERVAL + CONNECT),
    };
  } finally {
    await lab.close();
  }
}

function detection(times: readonly number[], bound: number): Detection {
  assert.ok(times.every(Number.isFinite), 'a death without its line');
  const { count, p99, max } = summarise(times);
  return { count, p99, max, bound };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** When each port was taken out, in milliseconds since 1970. */
function removals(daemon: Task): ReadonlyMap<number, number> {
  const found = daemon.log().matchAll(/^(\S+) warning Removing service \S+:tcp:(\d+) from/gm);
  return new Map([...found].map(([, at = '', port]) => [Number(port), Date.parse(at)]));
}

async function serversOn(host: Host, words: readonly string[]): Promise<Task> {
  const task = host.start(process.execPath, words, { name: 'servers' });
  await until('they listen', PATIENCE, () => task.log().includes('listening') || undefined);
  return task;
}

async function nft(host: Host, text: string): Promise<void> {
  await command('nsenter', [`--net=${host.space.path}`, '--', 'nft', '-f', '-'], text);
}

/** A server that a file takes out and lets in again, so many times. */
export async function measureGrowth(changes: number, every: number): Promise<Growth> {
  const lab = await openLab(['d']);
  try {
    const host = lab.host('d');
    const file = join(host.directory, 'fitness');
    writeFileSync(file, '0\n');
    const daemon = startHoldfast(host, flapping(file));
    await until('it balances', PATIENCE, () => daemon.log().includes('Gained') || undefined);
    const samples: number[] = [];
    const sampling = Math.ceil(changes / 40);
    for (let change = 0; change < changes; change += 1) {
      writeFileSync(file, `${(change + 1) % 2}\n`);
      await pause(every);
      if (change % sampling === 0) samples.push(memoryOf(daemon.pid));
    }
    const quarter = Math.floor(samples.length / 4);
    const middle = (from: number) => summarise(samples.slice(from, from + quarter)).p50;
    const told = daemon.log().match(/(Removing|Adding) service/g)?.length ?? 0;
    return { changes: told, before: middle(quarter), after: middle(samples.length - quarter) };
  } finally {
    await lab.close();
  }
}

function flapping(file: string): string {
  return `global_defs {
  lvs_plane nftables
}
track_file fitness {
  file ${file}
}
virtual_server 10.11.0.100 80 {
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 10.11.0.7 80 {
    FILE_CHECK {
      track_file fitness
      weight 0
    }
  }
  real_server 10.11.0.8 80 {
  }
}
`;
}

export function memoryOf(pid: number): number {
  const kibibytes = family(pid).map((member) => {
    const rollup = readFileSync(`/proc/${member}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  });
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1_024;
}
