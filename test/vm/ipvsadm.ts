/** The table of the kernel as the packaged ipvsadm reads and writes it. */
import { execFileSync } from 'node:child_process';
import type { Namespace } from '../lab/namespace.ts';

const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** In a network namespace, or in that of this process. */
export function ipvsadm(words: readonly string[], input = '', space?: Namespace): string {
  return run([...inside(space), 'ipvsadm', ...words], input);
}

function inside(space: Namespace | undefined): readonly string[] {
  return space === undefined ? [] : ['nsenter', `--net=${space.path}`];
}

function run([program = '', ...words]: readonly string[], input = ''): string {
  return execFileSync(program, words, { encoding: 'utf8', input, maxBuffer: OUTPUT_LIMIT });
}

/** No service, no daemon, the module loaded. */
export function emptyTable(): void {
  const stop = (role: string) =>
    `ipvsadm -Ln --daemon | grep -q ${role} && ipvsadm --stop-daemon ${role}`;
  run(['sh', '-c', `modprobe ip_vs && ipvsadm -C; ${stop('master')}; ${stop('backup')}; true`]);
}

/** All that ipvsadm can say. */
export interface Picture {
  /**
   * A line each, in one order: what `-S` writes, and behind a server's line its bounds, which that leaves out.
   */
  readonly entries: readonly string[];
  /** A line each, in one order. */
  readonly daemons: readonly string[];
  /** tcp, tcpfin and udp, in seconds. */
  readonly timeouts: readonly number[];
}

/** Between two answers, and between two pictures. */
const ANSWER = '====\n';
const PICTURE = '####\n';
const questions = ['-Sn', '-Ln --thresholds', '-Ln --daemon', '-Ln --timeout']
  .map((words) => `ipvsadm ${words}\n`)
  .join(`echo "${ANSWER.trim()}"\n`);

export function readPicture(): Picture {
  const [picture] = readPictures([undefined]);
  if (picture === undefined) throw new Error('ipvsadm says nothing');
  return picture;
}

/** Of network namespaces, in order. One shell starts everything: what takes time here is to leave Node. */
export function readPictures(spaces: readonly (Namespace | undefined)[]): readonly Picture[] {
  const asked = spaces.map((space) => `${inside(space).join(' ')} sh -ec '${questions}'\n`);
  const answers = run(['sh', '-e'], asked.join(`echo "${PICTURE.trim()}"\n`));
  return answers.split(PICTURE).map(pictureIn);
}

function pictureIn(text: string): Picture {
  const [saved = '', thresholds = '', daemons = '', timeouts = ''] = text.split(ANSWER);
  const bounds = boundsIn(thresholds);
  return {
    entries: linesOf(saved).map((line) => `${line}${bounds.get(serverOf(line) ?? '') ?? ''}`),
    daemons: linesOf(daemons),
    timeouts: (timeouts.split(':')[1] ?? '').trim().split(' ').map(Number),
  };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').toSorted();
}

/** `SERVICE SERVER` of a line that adds a server, where SERVICE is as in `-L`. */
function serverOf(line: string): string | undefined {
  const found = /^-a (-\S+) (\S+)( -6)? -r (\S+)/.exec(line);
  if (found === null) return undefined;
  const [, option = '', service, six = '', server] = found;
  return `${listed[option] ?? option} ${service}${six === '' ? '' : ' IPv6'} ${server}`;
}

const listed: Readonly<Record<string, string>> = {
  '-t': 'TCP',
  '-u': 'UDP',
  '--sctp-service': 'SCTP',
  '-f': 'FWM',
};

/** ` -x UPPER -y LOWER` of the servers that have bounds. */
function boundsIn(text: string): ReadonlyMap<string, string> {
  const bounds = new Map<string, string>();
  let service = '';
  for (const line of text.split('\n')) {
    const head = /^(TCP|UDP|SCTP|FWM) +(\S+)( IPv6)?/.exec(line);
    if (head !== null) service = `${head[1]} ${head[2]}${head[3] ?? ''}`;
    const row = /^ {2}-> (\S+) +(\d+) +(\d+)/.exec(line);
    if (row === null || (row[2] === '0' && row[3] === '0')) continue;
    bounds.set(`${service} ${row[1]}`, ` -x ${row[2]} -y ${row[3]}`);
  }
  return bounds;
}
