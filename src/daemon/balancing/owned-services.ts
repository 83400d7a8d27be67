/**
 * Which services of this host are ours. IPVS has one table for everybody: a daemon that was killed leaves services
 * behind, and the next one must know them from those of others. Kept in a file of the state directory.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseAddress } from '../../base/address.ts';
import { type ServiceKey, serviceName } from '../../base/service.ts';

export interface OwnedServices {
  /** They are ours from now on, and what was ours before stays so until it is gone. */
  use(keys: readonly ServiceKey[]): void;
  /** What was ours before those in use. */
  formerly(): readonly ServiceKey[];
  /** Nothing is ours any more. */
  release(): void;
}

/** undefined keeps it in memory alone. A file that cannot be read or written is told once by `complain`. */
export function ownedServices(
  path: string | undefined,
  complain: (text: string) => void,
): OwnedServices {
  const known = new Map(read(path).map((key) => [serviceName(key), key]));
  let used: ReadonlySet<string> = new Set();
  let written = '';
  const write = (): void => {
    const text = JSON.stringify([...known.values()]);
    if (path === undefined || text === written) return;
    written = text;
    try {
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      complain(`which services are ours cannot be written down for the next start: ${why}`);
    }
  };
  return {
    use(keys) {
      for (const key of keys) known.set(serviceName(key), key);
      used = new Set(keys.map(serviceName));
      write();
    },
    formerly: () => [...known].filter(([name]) => !used.has(name)).map(([, key]) => key),
    release() {
      known.clear();
      if (path !== undefined) rmSync(path, { force: true });
      written = '';
    },
  };
}

/** What is not a list of keys is none: the file is ours, but a disk may be full at any moment. */
function read(path: string | undefined): readonly ServiceKey[] {
  if (path === undefined) return [];
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(found) ? found.filter(isKey) : [];
  } catch {
    return [];
  }
}

function isKey(value: unknown): value is ServiceKey {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const { kind, address, port, protocol, mark, family } = value as Record<string, unknown>;
  if (kind === 'mark') return isWhole(mark) && (family === 'ipv4' || family === 'ipv6');
  return (
    kind === 'address' &&
    typeof address === 'string' &&
    parseAddress(address) !== undefined &&
    isWhole(port) &&
    (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp')
  );
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
