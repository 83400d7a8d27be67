/** What keepalived's command line asks for, done by Holdfast. */
import { existsSync } from 'node:fs';
import { maskNumber } from '../../language/values/umask.ts';
import { enterNamespace, placeIn } from '../namespace.ts';
import { version } from '../version.ts';
import { backgroundMark, goToBackground } from './background.ts';
import { type ClassicLine, readClassicLine } from './getopt.ts';
import { type ClassicOption, classicHelp, classicOptions } from './option-table.ts';
import { holdPidFile, livingHolder, pidPath } from './pid-file.ts';
import { voicesOf } from './voices.ts';

const defaultFile = '/etc/keepalived/keepalived.conf';
const exit = { done: 0, failed: 1, noConfiguration: 6 } as const;

/** keepalived 2.4.3 is what is read and spoken; tools take the version from the first line. */
const likeKeepalived = '2.4.3';

/** Where glibc has the real-time signals. */
const signals: Readonly<Record<string, number>> = {
  STOP: 15,
  RELOAD: 1,
  DATA: 10,
  STATS: 12,
  STATS_CLEAR: 63,
  JSON: 36,
  TDUMP: 64,
};

/** The exit code; undefined once the daemon runs in this process. */
export async function classic(words: readonly string[]): Promise<number | undefined> {
  const [first = '', ...others] = words;
  if (/^(-T|--genh.*)$/.test(first)) return genhash(others);
  const read = readClassicLine(words);
  if (!read.ok) return complain(exit.failed, read.error);
  const { options, rest } = read.value;
  if (rest.length > 0) process.stdout.write(`Unexpected argument(s): ${rest.join(' ')}\n`);
  if (options.has('help')) return print(classicHelp());
  if (options.has('version')) return print(versionText());
  const signum = options.get('signum');
  if (signum !== undefined) return printSignal(signum);
  if (options.has('genhash')) return complain(exit.failed, 'write -T first, then what it takes');
  const moved = enterNamespace(options.get('namespace'));
  if (moved !== undefined) return complain(exit.failed, moved);
  surround(read.value);
  const file = options.get('use-file') ?? defaultFile;
  const logFile = options.get('config-test');
  if (logFile === undefined) return start(read.value, file);
  const { configTest } = await import('./config-test.ts');
  return configTest(file, logFile);
}

async function genhash(words: readonly string[]): Promise<number> {
  const { program } = await import('../program.ts');
  await program.parseAsync(['genhash', ...words], { from: 'user' });
  return Number(process.exitCode ?? exit.done);
}

/** What the configuration's reader takes from its surroundings, in every process that reads. */
function surround({ options }: ClassicLine): void {
  const id = options.get('config-id');
  if (id !== undefined) process.env.HOLDFAST_CONFIG_ID = id;
  if (options.has('all-config')) process.env.HOLDFAST_STRICT_INCLUDES = '1';
  // keepalived takes both together for all.
  if (options.has('vrrp') !== options.has('check')) {
    process.env.HOLDFAST_PARTS = options.has('vrrp') ? 'failover' : 'balancer';
  }
  if (options.has('no_bfd')) process.env.HOLDFAST_NO_BFD = '1';
  if (options.has('dont-release-ipvs')) process.env.HOLDFAST_KEEP_SERVICES = '1';
  if (options.has('snmp')) process.env.HOLDFAST_SNMP = '1';
  const socket = options.get('snmp-agent-socket');
  if (socket !== undefined) process.env.HOLDFAST_SNMP_SOCKET = socket;
  // Exporters and watchdogs look for a process of this name.
  process.env.HOLDFAST_TITLE = 'keepalived';
  const mask = maskNumber(options.get('umask') ?? '');
  if (mask !== undefined) process.umask(mask);
}

async function start(line: ClassicLine, file: string): Promise<number | undefined> {
  const { options } = line;
  if (!existsSync(file)) {
    return complain(exit.noConfiguration, `there is no configuration ${file}: name one with -f`);
  }
  const place = await placeIn(file);
  const pidFile = options.get('pid') ?? pidPath('keepalived', place);
  const vrrpPidFile = options.get('vrrp_pid') ?? pidPath('vrrp', place);
  const holder = livingHolder(pidFile);
  if (holder !== undefined) {
    return complain(
      exit.failed,
      `a daemon is running already (process ${holder}, by ${pidFile}): stop it first, or name another file with -p`,
    );
  }
  const voices = voicesOf(line, place);
  if (voices === undefined) {
    const written = options.get('log-facility');
    return complain(
      exit.failed,
      `there is no syslog facility ${written}: write 0 to 7, daemon or user`,
    );
  }
  const inBackground = process.env[backgroundMark] !== undefined;
  if (!inBackground && !options.has('dont-fork')) return goToBackground(line);
  // Before it is warm, the process starts over.
  const { isWarm } = await import('../../daemon/warm-up.ts');
  if (isWarm()) tellIdle(line);
  if (options.has('dump-conf')) await dump(file);
  const checkersPidFile = options.get('checkers_pid');
  const bfdPidFile = options.has('no_bfd') ? undefined : options.get('bfd_pid');
  for (const path of [pidFile, vrrpPidFile, checkersPidFile, bfdPidFile]) {
    if (path === undefined) continue;
    const refused = holdPidFile(path);
    if (refused !== undefined) return complain(exit.failed, refused);
  }
  const { run } = await import('../commands/run.ts');
  await run({
    ...{ file, stateDirectory: undefined, voices },
    ignoresInterrupt: options.has('ignore-sigint'),
  });
  return undefined;
}

function tellIdle({ options }: ClassicLine): void {
  for (const { long, idle, met } of classicOptions as readonly ClassicOption[]) {
    if (idle === undefined || met || !(options as ReadonlyMap<string, string>).has(long)) continue;
    process.stdout.write(`--${long} has no effect: ${idle}\n`);
  }
}

async function dump(file: string): Promise<void> {
  const { loadHere } = await import('../../daemon/reading/load.ts');
  const { renderModel } = await import('../../language/render.ts');
  process.stdout.write(renderModel(loadHere(file).model));
}

function versionText(): string {
  return `Keepalived v${likeKeepalived}, as Holdfast ${version} reads and speaks it\n`;
}

function printSignal(name: string): number {
  const number = signals[name];
  if (number === undefined) {
    return complain(
      exit.failed,
      `there is no signal for ${name}; there are ${Object.keys(signals).join(', ')}`,
    );
  }
  process.stdout.write(`${number}\n`);
  return exit.done;
}

/** keepalived prints help and version on standard error. */
function print(text: string): number {
  process.stderr.write(text);
  return exit.done;
}

function complain(code: number, sentence: string): number {
  process.stderr.write(`keepalived: ${sentence}\n`);
  return code;
}
