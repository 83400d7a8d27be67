/**
 * What reading a configuration costs, beside `keepalived -t` on the same files in the same run.
 *
 *   npm run bench:config [-- --rounds 5] [--lines 100,10000,100000]
 *
 * Three figures a size: keepalived's test from start to exit; `holdfast check` from start to exit, its start-up
 * included; and the reading alone, from the file's name to the finished diagnostics, in a process that does it for the
 * first time. The last two run the bundle, as an installed package does. Memory is the largest resident size. With a million lines among the sizes, time and memory a line show
 * whether both stay linear.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { isInstalled, runsInside } from '../test/fuzz/packaged.ts';
import { eagerFunctions } from '../tools/bundle/eager.ts';
import { configurationOf, contentsOf } from './config-files.ts';

const home = join(import.meta.dirname, '..');
const holdfast = join(home, 'bin/holdfast');

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** GNU time adds the largest resident size; its own start is below a millisecond. */
function run(command: string, args: readonly string[]): Run {
  const began = performance.now();
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', command, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') },
  });
  const kilobytes = Number(stderr.trimEnd().split('\n').at(-1));
  return { milliseconds: performance.now() - began, megabytes: kilobytes / 1024 };
}

/** The reading alone, as the process that `bin/holdfast check` starts does it. */
function reading(path: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    ['--min-semi-space-size=256', '--max-semi-space-size=256', reader, path],
    { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') } },
  );
  return Number(stdout);
}

async function bundle(): Promise<void> {
  spawnSync(process.execPath, [join(home, 'tools/bundle.ts')], { stdio: 'inherit' });
  await build({
    entryPoints: [join(home, 'bench/config-read.ts')],
    outfile: reader,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    plugins: [eagerFunctions],
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

interface Row {
  readonly lines: number;
  readonly keepalived: readonly Run[];
  readonly whole: readonly Run[];
  readonly alone: readonly number[];
}

/** The three take turns, so that a busy moment of the machine meets all of them. */
function measure(lines: number, rounds: number): Row {
  const path = join(folder, `${lines}.conf`);
  const text = configurationOf(contentsOf(lines));
  writeFileSync(path, text);
  run(holdfast, ['check', '--format', 'line', path]);
  reading(path);
  const row = {
    lines: text.split('\n').length - 1,
    keepalived: [] as Run[],
    whole: [] as Run[],
    alone: [] as number[],
  };
  for (let round = 0; round < rounds; round += 1) {
    if (isInstalled) row.keepalived.push(run('/usr/sbin/keepalived', ['-t', '-f', path]));
    row.whole.push(run(holdfast, ['check', '--format', 'line', path]));
    row.alone.push(reading(path));
  }
  return row;
}

function print({ lines, keepalived, whole, alone }: Row): void {
  const time = (runs: readonly Run[]): number => median(runs.map((each) => each.milliseconds));
  const memory = median(whole.map((each) => each.megabytes));
  const theirs = time(keepalived);
  const cells = [
    lines,
    theirs.toFixed(1),
    time(whole).toFixed(1),
    median(alone).toFixed(1),
    (median(alone) / theirs).toFixed(2),
    ((median(alone) * 1000) / lines).toFixed(2),
    memory.toFixed(0),
    ((memory * 1024) / lines).toFixed(2),
  ];
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
}

const heads = [
  'lines',
  'keepalived ms',
  'check ms',
  'reading ms',
  'reading ratio',
  'µs a line',
  'memory MB',
  'kB a line',
];
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const reader = join(folder, 'config-read.mjs');

if (existsSync('/usr/bin/time') && (!isInstalled || !runsInside())) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      lines: { type: 'string', default: '100,10000,100000' },
    },
  });
  await bundle();
  // What was installed a moment ago may be on its way to the disk yet, which costs whoever has threads.
  spawnSync('sync');
  process.stdout.write(`${heads.map((head) => head.padStart(14)).join('')}\n`);
  for (const lines of values.lines.split(',')) print(measure(Number(lines), Number(values.rounds)));
}
rmSync(folder, { recursive: true, force: true });
