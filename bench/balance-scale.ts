/**
 * A whole daemon with thousands of services, in the machine whose kernel has IPVS: how long from its start until the
 * kernel has them all, how long from a reload that changes one weight until the kernel has that, and what went over
 * netlink for it. Told as a line of JSON for each contender.
 *
 *   node test/vm/launcher.ts --memory 4096 --seconds 600 -- node bench/balance-scale.ts 2284 37298
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from '../test/lab/command.ts';
import { startHoldfast } from '../test/lab/holdfast.ts';
import type { Host } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { signal, stop, type Task } from '../test/lab/task.ts';
import { until } from '../test/lab/until.ts';
import { installedProgram } from '../test/vm/installed.ts';
import { emptyTable, ipvsadm } from '../test/vm/ipvsadm.ts';
import { memoryOf } from './balance-watch.ts';
import { keepalived } from './contender.ts';

export interface ScaleResult {
  readonly name: string;
  /** Milliseconds. */
  readonly programmed: number;
  readonly reloaded: number;
  /** Datagrams over netlink in both directions, and their bytes. */
  readonly programming: Traffic;
  readonly reloading: Traffic;
  /** Datagrams a second while nothing happens: looks at the table. */
  readonly atRest: number;
  /** Milliseconds until all services and servers with their counters are told. */
  readonly told: number;
  /** MiB of all its processes, each page counted once. */
  readonly memory: number;
}

export interface Traffic {
  readonly datagrams: number;
  readonly bytes: number;
}

const PATIENCE = 300_000;
/** Between two looks at the table, which is on the one processor that the daemon needs. */
const LOOKING = 250;
const REST = 5_000;
const [, , services = '2284', servers = '37298'] = process.argv;
const SERVICES = Number(services);
const SERVERS = Number(servers);

interface Side {
  readonly name: string;
  readonly file: string;
  /** What tells of everything. */
  readonly tell: (host: Host) => readonly string[];
  readonly start: (host: Host, text: string) => Task;
}

if (process.argv[1] === import.meta.filename) await run();

async function run(): Promise<void> {
  const program = installedProgram();
  emptyTable();
  const lab = await openLab(['k', 'h']);
  const sides: readonly Side[] = [
    {
      name: 'keepalived',
      file: 'keepalived.conf',
      tell: () => ['ipvsadm', '-Ln', '--stats'],
      start: keepalived.start,
    },
    {
      name: 'holdfast',
      file: 'holdfast.conf',
      tell: ({ directory }) => {
        const state = ['--state-dir', join(directory, 'state')];
        return [program, 'status', '--services', ...state];
      },
      start: (host, text) => startHoldfast(host, text, program),
    },
  ];
  for (const [index, side] of sides.entries()) {
    const host = lab.hosts[index];
    assert.ok(host !== undefined);
    process.stdout.write(`${JSON.stringify(await measure(side, host))}\n`);
  }
  await lab.close();
}

async function measure(side: Side, host: Host): Promise<ScaleResult> {
  await command('sh', ['-c', 'modprobe nlmon; true']);
  await host.ip('link add tap type nlmon', 'link set tap up');
  const began = performance.now();
  const atFirst: Traffic = { datagrams: 0, bytes: 0 };
  const task = side.start(host, configuration(1));
  const complete = await reached(task, host, (weights) => weights.length === inLast());
  const programmed = performance.now() - began;
  const programming = less(traffic(task.pid), atFirst, complete.looks);
  const entries = ipvsadm(['-Sn'], '', host.space).trim().split('\n').length;
  assert.equal(entries, SERVICES + SERVERS, `${side.name} has programmed ${entries} entries`);
  const settled = traffic(task.pid);
  await pause(REST);
  const rested = traffic(task.pid);
  const memory = memoryOf(task.pid);
  const before = traffic(task.pid);
  writeFileSync(join(host.directory, side.file), configuration(7));
  const asked = performance.now();
  signal(task.pid, 'SIGHUP');
  const changed = await reached(task, host, (weights) => weights.at(-1) === '7');
  const reloaded = performance.now() - asked;
  const reloading = less(traffic(task.pid), before, changed.looks);
  const told = toldIn(side, host);
  await stop(task, 60_000);
  const atRest = ((rested.datagrams - settled.datagrams) * 1_000) / REST;
  const { name } = side;
  return { name, programmed, reloaded, programming, reloading, atRest, told, memory };
}

function toldIn({ name, tell }: Side, host: Host): number {
  const began = performance.now();
  const words = [`--net=${host.space.path}`, '--', ...tell(host)];
  const { stdout } = spawnSync('nsenter', words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = stdout.trim().split('\n').length;
  assert.ok(lines >= SERVICES + SERVERS, `${name} tells ${lines} lines`);
  return performance.now() - began;
}

interface Looks {
  readonly count: number;
  readonly each: Traffic;
}

/** Looks at the last service until its servers have these weights. */
async function reached(
  task: Task,
  host: Host,
  isAsWanted: (weights: readonly string[]) => boolean,
): Promise<{ readonly looks: Looks }> {
  let count = 0;
  const look = (): readonly string[] => {
    count += 1;
    return weightsOfLast(host);
  };
  await until(
    `the table of ${task.name}`,
    PATIENCE,
    () => {
      if (task.ended()) throw new Error(`it ended: ${task.log()}`);
      return isAsWanted(look()) || undefined;
    },
    LOOKING,
  );
  // The daemon may have looked at its table meanwhile; three times in a row it has not.
  const calibration = Array.from({ length: 3 }, () => {
    const before = traffic(task.pid);
    weightsOfLast(host);
    const after = traffic(task.pid);
    return { datagrams: after.datagrams - before.datagrams, bytes: after.bytes - before.bytes };
  });
  const [each] = calibration.toSorted((one, other) => one.bytes - other.bytes);
  assert.ok(each !== undefined);
  return { looks: { count: count + calibration.length, each } };
}

function less(after: Traffic, before: Traffic, { count, each }: Looks): Traffic {
  return {
    datagrams: Math.max(0, after.datagrams - before.datagrams - count * each.datagrams),
    bytes: Math.max(0, after.bytes - before.bytes - count * each.bytes),
  };
}

/** In the order of the table, whose newest entry is the last. */
function weightsOfLast(host: Host): readonly string[] {
  const service = `${addressAt('198', SERVICES - 1)}:443`;
  const inside = [`--net=${host.space.path}`, 'ipvsadm', '-Ln', '-t', service];
  // Where there is no such service yet it fails, and prints nothing.
  const { stdout } = spawnSync('nsenter', inside, { encoding: 'utf8' });
  const found = stdout.matchAll(/-> (\S+) +\w+ +(\d+)/g);
  const byServer = [...found].map(([, server = '', weight = '']) => ({ server, weight }));
  const last = `${serverAt(SERVICES - 1, inLast() - 1)}:443`;
  return byServer
    .toSorted((one, other) => Number(one.server === last) - Number(other.server === last))
    .map(({ weight }) => weight);
}

/** What the tap of the namespace has seen, told by way of a process in it. */
function traffic(pid: number): Traffic {
  const line = /tap:\s*(\d+)\s+(\d+)/.exec(readFileSync(`/proc/${pid}/net/dev`, 'latin1'));
  return { datagrams: Number(line?.[2]), bytes: Number(line?.[1]) };
}

function inLast(): number {
  return portion(SERVICES - 1);
}

/** The remainder goes to the first services, one each. */
function portion(index: number): number {
  return Math.floor(SERVERS / SERVICES) + (index < SERVERS % SERVICES ? 1 : 0);
}

function serverAt(service: number, number: number): string {
  return addressAt('10', service * 20 + number);
}

function addressAt(network: string, number: number): string {
  return `${network}.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

/** No checks: what is measured is the way from the file to the kernel. `weight` is that of the very last server. */
function configuration(weight: number): string {
  const blocks = Array.from({ length: SERVICES }, (_, index) => {
    const inside = Array.from({ length: portion(index) }, (_unused, number) => {
      const isLast = index === SERVICES - 1 && number === inLast() - 1;
      return `  real_server ${serverAt(index, number)} 443 {\n    weight ${isLast ? weight : 1}\n  }\n`;
    });
    const head = `virtual_server ${addressAt('198', index)} 443 {\n  lb_algo wlc\n  lb_kind DR\n  protocol TCP\n`;
    return `${head}${inside.join('')}}\n`;
  });
  return blocks.join('');
}
