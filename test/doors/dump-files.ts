/** A daemon's dumps as whoever signals it finds them: the same for keepalived and Holdfast. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../lab/host.ts';
import { until } from '../lab/until.ts';

/** The numbers that glibc gives; `keepalived --signum` prints them. */
export const dumpSignal = { data: 10, stats: 12, clear: 63, json: 36 } as const;
const fileOf = { data: 'data', stats: 'stats', clear: 'stats', json: 'json' } as const;

/** Signals the process and waits for a new file. Dumps go to the host's folder, which is the daemon's TMPDIR. */
export async function dumped(
  host: Host,
  pid: number,
  kind: keyof typeof dumpSignal,
): Promise<string> {
  const path = join(host.directory, `keepalived.${fileOf[kind]}`);
  const before = stamp(path);
  process.kill(pid, dumpSignal[kind]);
  return until(
    `a new ${path}`,
    5_000,
    () => {
      if (stamp(path) === before) return undefined;
      const text = readFileSync(path, 'utf8');
      // keepalived writes in place: a file that grows is not finished.
      return text === '' ? undefined : text;
    },
    50,
  );
}

function stamp(path: string): string {
  if (!existsSync(path)) return '';
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino} ${mtimeMs} ${size}`;
}
