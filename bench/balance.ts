/**
 * What balancing costs and how fast it is: a table of claims, each met or missed.
 *
 *   npm run bench:balance -- [--only checks,scale,detection,memory] [--services 2284] [--servers 37298]
 *
 * keepalived balances only where the kernel has IPVS, so what is set beside it runs in the machine of the vm tier, both
 * one after the other; what has a bound of its own runs here, over nftables in namespaces.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ScaleResult } from './balance-scale.ts';
import { measureDetection, measureGrowth } from './balance-watch.ts';
import { isMet, type Row, render } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'checks,scale,detection,memory' },
    services: { type: 'string', default: '2284' },
    servers: { type: 'string', default: '37298' },
    /** Of a server that flaps: an hour has 18,000. */
    changes: { type: 'string', default: '18000' },
  },
});
const here = (name: string) => join(import.meta.dirname, name);
const parts = values.only.split(',');
const rows: Row[] = [];
const alone = Number.NaN;
/** Beyond its bound a line of the journal may be so many milliseconds late, which is the machine's part. */
const LATENESS = 50;
/** Of the memory, in percent, that 18,000 changes may seem to leave: what the collector has not taken yet. */
const NOISE = 5;

if (parts.includes('detection')) await detect();
if (parts.includes('memory')) await grow();
if (parts.includes('checks')) check();
if (parts.includes('scale')) scale();
process.stdout.write(`${render(rows, ['keepalived', 'holdfast'])}\n`);
const missed = rows.filter((row) => isMet(row) === false);
process.stdout.write(`${rows.length - missed.length} met or told, ${missed.length} missed\n`);

async function detect(): Promise<void> {
  for (const [how, { count, p99, max, bound }] of Object.entries(await measureDetection(200))) {
    const base = { incumbent: alone, count, unit: 'ms' };
    const target = bound + LATENESS;
    rows.push({ ...base, what: `death of a server, ${how}: p99`, challenger: p99, target });
    rows.push({ ...base, what: `death of a server, ${how}: worst`, challenger: max, target });
  }
}

async function grow(): Promise<void> {
  const { changes, before, after } = await measureGrowth(Number(values.changes), 10);
  rows.push({
    what: `memory after ${changes} changes of a flapping server (${before.toFixed(1)} MiB before)`,
    ...{ unit: '% more', incumbent: alone, count: changes, target: NOISE },
    challenger: (after / before - 1) * 100,
  });
}

function check(): void {
  const told = inMachine(300, 2_048, [here('checks.ts'), '--rate', '500', '--beside']);
  const [ours = alone, theirs = alone] = eachIn(told);
  rows.push({
    what: 'processor for a check, 500 a second, in a machine with IPVS',
    ...{ unit: 'us', incumbent: theirs, challenger: ours, count: 5_000, target: 'ratio' },
  });
  const full = eachIn(run([here('checks.ts'), '--rate', '10000', '--beside']));
  const [checks = alone, keepalived = alone, whole = alone] = full;
  const here10 = { unit: 'us', incumbent: keepalived, count: 100_000, target: 'ratio' } as const;
  rows.push({
    ...here10,
    what: 'processor for a check, 10,000 a second, here',
    challenger: checks,
  });
  rows.push({ ...here10, what: '  with all of the balancer process', challenger: whole });
}

function eachIn(text: string): readonly number[] {
  return [...text.matchAll(/checks, ([\d.]+) us/g)].map(([, each]) => Number(each));
}

function scale(): void {
  const words = [here('balance-scale.ts'), values.services, values.servers];
  const results = inMachine(600, 4_096, words)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ScaleResult);
  const [theirs, ours] = results;
  if (theirs === undefined || ours === undefined) throw new Error('the machine tells nothing');
  const row = (what: string, unit: string, of: (result: ScaleResult) => number): void => {
    const sides = { incumbent: of(theirs), challenger: of(ours) };
    rows.push({ what, unit, ...sides, count: 1, target: 'ratio' });
  };
  const size = `${values.services} services, ${values.servers} servers`;
  row(`${size}: from start to the whole table`, 'ms', ({ programmed }) => programmed);
  row('  datagrams over netlink', '', ({ programming }) => programming.datagrams);
  row('  reload with one change until it is in the table', 'ms', ({ reloaded }) => reloaded);
  row('  datagrams over netlink', '', ({ reloading }) => reloading.datagrams);
  rows.push({
    ...{
      what: '  datagrams a second at rest, part of both',
      unit: '',
      count: 1,
      target: undefined,
    },
    ...{ incumbent: theirs.atRest, challenger: ours.atRest },
  });
  row('  all services told with their counters', 'ms', ({ told }) => told);
  rows.push({
    ...{ what: '  memory', unit: 'MiB PSS', count: 1, target: undefined },
    ...{ incumbent: theirs.memory, challenger: ours.memory },
  });
}

function inMachine(seconds: number, memory: number, words: readonly string[]): string {
  const launcher = [here('../test/vm/launcher.ts'), '--seconds', `${seconds}`];
  const machine = [...launcher, '--memory', `${memory}`, '--', process.execPath];
  return run([...machine, ...words]);
}

function run(words: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync(process.execPath, words, { encoding: 'utf8', stdio: [...stdio] });
}
