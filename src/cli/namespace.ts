/** Where a daemon runs when its file says so: `net_namespace` and `instance`, which must be known before anything is opened. */
import { existsSync, readFileSync } from 'node:fs';

export interface Place {
  readonly namespace: string | undefined;
  readonly instance: string | undefined;
  /** `use_pid_dir`: pid files stand in /run/keepalived, as they do for a daemon with a name or a namespace. */
  readonly pidDirectory: boolean;
}

/** Set for the process that is inside already, whatever its file says. */
const mark = 'HOLDFAST_CLASSIC_NAMESPACE';
const written = /^[^#!\n]*\b(?:net_namespace|instance|use_pid_dir|include[a-z]?)\b/m;

/** Most files say nothing about it, nor include others that may, and are not read twice for it. */
export async function placeIn(file: string): Promise<Place> {
  const nowhere = { namespace: undefined, instance: undefined, pidDirectory: false };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Whoever reads it in earnest will say why.
    return nowhere;
  }
  if (!written.test(text)) return nowhere;
  const { loadHere } = await import('../daemon/reading/load.ts');
  const { net_namespace, instance, use_pid_dir: asked } = loadHere(file).model;
  const namespace = process.env[mark] ?? net_namespace;
  const pidDirectory = asked || namespace !== undefined || instance !== undefined;
  return { namespace, instance, pidDirectory };
}

/** A directory for each daemon of the host: the plain one is for the one without a name. */
export function placeDirectory(
  base: string,
  { namespace, instance }: Omit<Place, 'pidDirectory'>,
): string {
  const parts = [namespace, instance].filter((part) => part !== undefined);
  return parts.length === 0 ? base : `${base}/${parts.join('.')}`;
}

/** Starts over within the namespace. Or a sentence about why not. */
export function enterNamespace(name: string | undefined): string | undefined {
  if (name === undefined || process.env[mark] === name) return undefined;
  const path = `/run/netns/${name}`;
  if (name.includes('/') || !existsSync(path)) {
    return `there is no network namespace ${name}: "ip netns add ${name}"`;
  }
  const [, program = '', ...words] = process.argv;
  const own = [process.execPath, ...process.execArgv, program, ...words];
  const nsenter = ['/usr/bin/nsenter', '/bin/nsenter'].find((each) => existsSync(each));
  if (nsenter === undefined) return 'nsenter is missing: install util-linux';
  const environment = { ...process.env, [mark]: name };
  process.execve?.(nsenter, [nsenter, `--net=${path}`, '--', ...own], environment);
  return `the namespace ${name} cannot be entered`;
}
