/** Asks the keepalived that is installed here, inside a network namespace of its own with interfaces to name. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintsOf, type PackagedVerdict } from '../facts/verdict.ts';

const program = '/usr/sbin/keepalived';

export const isInstalled = existsSync(program);

const links = ['eth0', 'eth1', 'eth2', 'ens33', 'em1', 'bond0'];
const setUp = [
  'ip link set lo up',
  ...links.map((name) => `ip link add ${name} type bridge && ip link set ${name} up`),
  'ip addr add 10.9.0.1/16 dev eth0',
].join(' && ');

/** Runs this program again where its interfaces are; true in the outer one, which then has nothing left to do. */
export function runsInside(): boolean {
  if (process.env.HOLDFAST_INSIDE === '1') return false;
  const command = `${setUp} && exec "$@"`;
  const { status } = spawnSync(
    'unshare',
    ['-n', 'sh', '-c', command, 'sh', process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, HOLDFAST_INSIDE: '1' } },
  );
  process.exitCode = status ?? 1;
  return true;
}

export interface Packaged {
  readonly ask: (name: string, text: string) => PackagedVerdict;
  readonly close: () => void;
}

export function packaged(): Packaged {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-packaged-'));
  const path = join(folder, 'keepalived.conf');
  return {
    ask(name, text) {
      writeFileSync(path, text);
      const { status, signal, stderr } = spawnSync(program, ['-t', '-f', path, '-i', 'host'], {
        encoding: 'utf8',
        timeout: 20_000,
        cwd: folder,
      });
      // A script of another user ends its configuration test by SIGTERM.
      const code = status ?? (signal === 'SIGTERM' ? 0 : 70);
      return {
        name,
        status: code === 143 ? 0 : code,
        complaints: complaintsOf(stderr.split('\n')),
      };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
