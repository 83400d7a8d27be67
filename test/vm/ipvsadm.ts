/** The table of the kernel as the packaged ipvsadm reads and writes it. */
import { execFileSync } from 'node:child_process';

const OUTPUT_LIMIT = 64 * 1024 * 1024;

export function ipvsadm(words: readonly string[], input = ''): string {
  const options = { encoding: 'utf8', input, maxBuffer: OUTPUT_LIMIT } as const;
  return execFileSync('ipvsadm', words, options);
}

/** No service, no daemon, the module loaded. */
export function emptyTable(): void {
  execFileSync('modprobe', ['ip_vs']);
  ipvsadm(['-C']);
  for (const role of ['master', 'backup']) {
    if (ipvsadm(['-Ln', '--daemon']).includes(role)) ipvsadm(['--stop-daemon', role]);
  }
}

/**
 * Every entry with all that ipvsadm can say of it, a line each, in one order: what `-S` writes, and behind a server's line
 * its bounds, which that leaves out.
 */
export function readTable(): readonly string[] {
  const bounds = readBounds();
  return ipvsadm(['-Sn'])
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => `${line}${bounds.get(serverOf(line) ?? '') ?? ''}`)
    .toSorted();
}

/** `SERVICE SERVER` of a line that adds a server, where SERVICE is as in `-L`. */
function serverOf(line: string): string | undefined {
  const found = /^-a (-\S+) (\S+)( -6)? -r (\S+)/.exec(line);
  if (found === null) return undefined;
  const [, option = '', service, six = '', server] = found;
  return `${LISTED[option] ?? option} ${service}${six === '' ? '' : ' IPv6'} ${server}`;
}

const LISTED: Readonly<Record<string, string>> = {
  '-t': 'TCP',
  '-u': 'UDP',
  '--sctp-service': 'SCTP',
  '-f': 'FWM',
};

/** ` -x UPPER -y LOWER` of the servers that have bounds. */
function readBounds(): ReadonlyMap<string, string> {
  const bounds = new Map<string, string>();
  let service = '';
  for (const line of ipvsadm(['-Ln', '--thresholds']).split('\n')) {
    const head = /^(TCP|UDP|SCTP|FWM) +(\S+)( IPv6)?/.exec(line);
    if (head !== null) service = `${head[1]} ${head[2]}${head[3] ?? ''}`;
    const row = /^ {2}-> (\S+) +(\d+) +(\d+)/.exec(line);
    if (row === null || (row[2] === '0' && row[3] === '0')) continue;
    bounds.set(`${service} ${row[1]}`, ` -x ${row[2]} -y ${row[3]}`);
  }
  return bounds;
}
