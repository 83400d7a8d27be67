/**
 * What a health check costs: processor time of the process that checks, for each check of a server on this host.
 *
 *   node bench/checks.ts [--rate 10000] [--seconds 10] [--kind tcp|http] [--beside]
 *   node test/vm/launcher.ts -- node bench/checks.ts --rate 500 --beside
 *
 * `--beside` measures the whole balancer process, with its table here and elsewhere, and keepalived's checkers too, one
 * after the other. keepalived's run where the kernel has IPVS, and elsewhere with a library before it that grants whatever
 * they ask of it (ipvs-shim.c).
 * Everything is in a network namespace of its own.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureHoldfast } from './checks-holdfast.ts';
import { measureKeepalived } from './checks-keepalived.ts';
import type { Cost } from './checks-load.ts';
import type { RunnerResult } from './checks-runner.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '10' },
    kind: { type: 'string', default: 'tcp' },
    beside: { type: 'boolean', default: false },
  },
});
const kind = values.kind === 'http' ? 'http' : 'tcp';
/** Of the rate that was asked for. */
const TOLERANCE = 0.1;
/** A machine with IPVS has no nftables. */
const hasIpvs = existsSync('/proc/net/ip_vs');

enterNamespace();
const listener = fork(join(import.meta.dirname, 'checks-listener.ts'));

function enterNamespace(): void {
  const mark = 'HOLDFAST_BENCH_NAMESPACE';
  if (process.env[mark] === undefined && process.getuid?.() === 0) {
    const own = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
    process.execve?.('/usr/bin/unshare', ['unshare', '--net', '--', ...own], {
      ...process.env,
      [mark]: '1',
    });
  }
  if (process.getuid?.() === 0) execFileSync('ip', ['link', 'set', 'lo', 'up']);
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [told]: unknown[] = await once(child, 'message');
  return told;
}

const eachOf = ({ processor, checks }: Pick<Cost, 'processor' | 'checks'>) => processor / checks;

function print(name: string, cost: Pick<Cost, 'processor' | 'checks'>, seconds: number): void {
  const rate = Math.round(cost.checks / seconds);
  process.stdout.write(
    `${name}: ${cost.checks} ${kind} checks, ${eachOf(cost).toFixed(1)} us of processor time each, ${rate} a second\n`,
  );
  // Servers that accept late, or all at once what they had left lying, are no measure of who connects.
  if (Math.abs(rate / Number(values.rate) - 1) > TOLERANCE) {
    process.stdout.write(
      '  which is not what was asked for: this host is too busy to measure it\n',
    );
  }
}

const seconds = Number(values.seconds);
const runner = fork(join(import.meta.dirname, 'checks-runner.ts'), [
  kind,
  values.rate,
  values.seconds,
]);
const result = (await answerOf(runner)) as RunnerResult;
print('holdfast, checks alone', result, seconds);
if (result.failed > 0) process.stdout.write(`  of which ${result.failed} failed\n`);
if (values.beside) {
  const accepted = async (): Promise<number> => {
    listener.send('count');
    return Number(await answerOf(listener));
  };
  const load = { kind, rate: Number(values.rate), seconds, accepted } as const;
  const theirs = await measureKeepalived(load);
  print('keepalived', theirs, theirs.seconds);
  const ratios = [`checks alone ${(eachOf(result) / eachOf(theirs)).toFixed(2)}`];
  if (!hasIpvs) {
    for (const [where, name] of [
      ['here', 'the whole balancer'],
      ['apart', 'the whole balancer without tracking of connections'],
    ] as const) {
      const whole = await measureHoldfast(load, where);
      print(`holdfast, ${name}`, whole, whole.seconds);
      ratios.push(`${name} ${(eachOf(whole) / eachOf(theirs)).toFixed(2)}`);
    }
  }
  process.stdout.write(`holdfast to keepalived: ${ratios.join(', ')}\n`);
}
listener.disconnect();
