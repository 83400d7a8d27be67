/** BFD as others wrote it, as a host's daemons: FRR's bfdd and BIRD. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import { frrFolder } from './frr.ts';
import type { Host } from './host.ts';
import type { Task } from './task.ts';
import { until } from './until.ts';

/** One session of such a daemon. */
export interface BfdEnd {
  readonly to: string;
  readonly local: string;
  readonly multihop: boolean;
}

export interface BfdTimers {
  /** Milliseconds, both ways. */
  readonly interval: number;
  readonly multiplier: number;
}

export interface BfdDaemon {
  readonly tasks: readonly Task[];
  /** Other intervals for all sessions, while they run. */
  readonly retime: (timers: BfdTimers) => Promise<void>;
  /** Takes the sessions out of service, as an administrator would, and back. */
  readonly disable: (end: BfdEnd) => Promise<void>;
  readonly enable: (end: BfdEnd) => Promise<void>;
}

/** bfdd cannot do without zebra. */
export async function startBfdd(
  host: Host,
  ends: readonly BfdEnd[],
  timers: BfdTimers,
): Promise<BfdDaemon> {
  const folder = join(host.directory, 'frr');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await command('chown', ['frr:frr', folder]);
  for (const place of [folder, host.directory, join(host.directory, '..')]) chmodSync(place, 0o755);
  const start = (daemon: string, configuration: string, more: readonly string[]) => {
    const file = join(folder, `${daemon}.conf`);
    writeFileSync(file, configuration);
    const places = ['-f', file, '-i', join(folder, `${daemon}.pid`), '-z', join(folder, 'zserv')];
    const words = [...places, '--vty_socket', folder, '-P', '0', '--log', 'stdout', ...more];
    return host.start(join(frrFolder, daemon), words, { name: `${daemon} on ${host.name}` });
  };
  const zebra = start('zebra', 'hostname zebra\n', []);
  await until('zebra runs', 10_000, () => zebra.log().includes('starting') || undefined);
  const bfdd = start('bfdd', frrConfiguration(ends, timers), [
    '--bfdctl',
    join(folder, 'bfdd.sock'),
  ]);
  const vty = (...lines: readonly string[]) =>
    command('vtysh', [
      ...['--vty_socket', folder, '-d', 'bfdd'],
      ...['configure terminal', 'bfd', ...lines].flatMap((line) => ['-c', line]),
    ]);
  return {
    tasks: [zebra, bfdd],
    retime: async (next) => {
      for (const end of ends) await vty(frrPeer(end), ...frrTimers(next));
    },
    disable: async (end) => void (await vty(frrPeer(end), 'shutdown')),
    enable: async (end) => void (await vty(frrPeer(end), 'no shutdown')),
  };
}

function frrConfiguration(ends: readonly BfdEnd[], timers: BfdTimers): string {
  const peers = ends.flatMap((end) => [
    ` ${frrPeer(end)}`,
    ...frrTimers(timers).map((line) => `  ${line}`),
    '  no shutdown',
    ' exit',
  ]);
  return ['bfd', ...peers, 'exit', ''].join('\n');
}

function frrPeer({ to, local, multihop }: BfdEnd): string {
  return `peer ${to}${multihop ? ' multihop' : ''} local-address ${local}${multihop ? '' : ' interface eth0'}`;
}

function frrTimers({ interval, multiplier }: BfdTimers): readonly string[] {
  return [
    `detect-multiplier ${multiplier}`,
    `receive-interval ${interval}`,
    `transmit-interval ${interval}`,
  ];
}

export async function startBird(
  host: Host,
  ends: readonly BfdEnd[],
  timers: BfdTimers,
): Promise<BfdDaemon> {
  const file = join(host.directory, 'bird.conf');
  const socket = join(host.directory, 'bird.sock');
  writeFileSync(file, birdConfiguration(host, ends, timers));
  const words = ['-f', '-c', file, '-s', socket, '-P', join(host.directory, 'bird.pid')];
  const bird = host.start('bird', words, { name: `bird on ${host.name}` });
  const control = (order: string) => command('birdc', ['-s', socket, order]);
  await until('bird runs', 10_000, async () => {
    const answer = await control('show status').catch(() => '');
    return answer.includes('Daemon is up') || undefined;
  });
  const configure = async (next: readonly BfdEnd[], with_: BfdTimers) => {
    writeFileSync(file, birdConfiguration(host, next, with_));
    await control('configure');
  };
  return {
    tasks: [bird],
    retime: (next) => configure(ends, next),
    disable: (end) =>
      configure(
        ends.filter((each) => each !== end),
        timers,
      ),
    enable: () => configure(ends, timers),
  };
}

function birdConfiguration(host: Host, ends: readonly BfdEnd[], timers: BfdTimers): string {
  const { interval, multiplier } = timers;
  const rates = `min rx interval ${interval} ms; min tx interval ${interval} ms; multiplier ${multiplier};`;
  const neighbours = ends.map(({ to, local, multihop }) =>
    multihop
      ? `  neighbor ${to} local ${local} multihop on;`
      : `  neighbor ${to} dev "eth0" local ${local};`,
  );
  return [
    'log stderr all;',
    `router id ${host.ipv4};`,
    'protocol device {}',
    'protocol bfd {',
    `  interface "eth0" { ${rates} };`,
    `  multihop { ${rates} };`,
    ...neighbours,
    '}',
    '',
  ].join('\n');
}
