/** What was changed for real servers on this host, so that it can be undone: a file in the state directory. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../../base/address.ts';
import type { Step } from './steps.ts';

export interface RealServerRecord {
  readonly addresses: readonly { readonly address: Address; readonly interface: string }[];
  /** What each setting was before, by its name. */
  readonly settings: Readonly<Record<string, { readonly was: string; readonly to: string }>>;
  /** Interfaces that were down before. */
  readonly links: readonly string[];
}

export const emptyRecord: RealServerRecord = { addresses: [], settings: {}, links: [] };

/** What was there first is what an undo brings back: a second change of the same thing does not count. */
export function withSteps(record: RealServerRecord, steps: readonly Step[]): RealServerRecord {
  const settings = { ...record.settings };
  const addresses = [...record.addresses];
  const links = new Set(record.links);
  for (const step of steps) {
    if (step.kind === 'setting') {
      settings[step.name] = { was: settings[step.name]?.was ?? step.was, to: step.to };
    } else if (step.kind === 'link-up') links.add(step.interface);
    else if (!addresses.some((each) => isSame(each, step))) {
      addresses.push({ address: step.address, interface: step.interface });
    }
  }
  return { addresses, settings, links: [...links] };
}

type Place = RealServerRecord['addresses'][number];

function isSame(one: Place, other: Place): boolean {
  return one.address === other.address && one.interface === other.interface;
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'realserver.json');
}

/** Nothing where nothing was changed; what cannot be read as such a record throws. */
export function readRecord(stateDirectory: string): RealServerRecord {
  let text: string;
  try {
    text = readFileSync(fileIn(stateDirectory), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return emptyRecord;
    throw thrown;
  }
  const read = JSON.parse(text) as Partial<RealServerRecord>;
  return { ...emptyRecord, ...read };
}

/** By rename, so that whoever is killed leaves the old one or the new one. */
export function writeRecord(stateDirectory: string, record: RealServerRecord): void {
  const file = fileIn(stateDirectory);
  const isEmpty = record.addresses.length + record.links.length === 0;
  if (isEmpty && Object.keys(record.settings).length === 0) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(stateDirectory, { recursive: true, mode: 0o755 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o644 });
  renameSync(fresh, file);
}
