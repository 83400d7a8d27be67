/** The demo without root: the same program again, as root of a user namespace of its own. */
import { spawnSync } from 'node:child_process';

const inside = 'HOLDFAST_DEMO_ROOTLESS';

/** A private /run, where `ip netns` keeps its names. */
const prelude = 'mount -t tmpfs tmpfs /run && exec "$@"';

export type Standing =
  | { readonly kind: 'root' }
  | { readonly kind: 'rootless' }
  /** Somebody else did the work; this process is to end with that code. */
  | { readonly kind: 'done'; readonly code: number }
  | { readonly kind: 'refused'; readonly reason: string };

export function standing(): Standing {
  if (process.env[inside] !== undefined) return { kind: 'rootless' };
  if (process.getuid?.() === 0) return { kind: 'root' };
  const trial = spawnSync('unshare', ['-Urnm', 'true'], { encoding: 'utf8' });
  if (trial.status !== 0) return { kind: 'refused', reason: trial.stderr.trim() };
  const words = [
    '-Urnm',
    '--',
    'sh',
    '-c',
    prelude,
    'sh',
    process.execPath,
    ...process.argv.slice(1),
  ];
  const result = spawnSync('unshare', words, {
    stdio: 'inherit',
    env: { ...process.env, [inside]: '1' },
  });
  return { kind: 'done', code: result.status ?? 1 };
}
