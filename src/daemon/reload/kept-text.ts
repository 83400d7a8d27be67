/**
 * The files that what runs was read from, as they were then, kept in the daemon's directory for those who ask what runs:
 * on the disk they may say something else by now.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../base/outcome.ts';
import type { FileProblem } from '../../config/file-reader.ts';
import type { LoadOptions } from '../../config/load-options.ts';

/** Survives JSON. */
interface KeptText extends Omit<LoadOptions, 'reader'> {
  readonly files: Readonly<Record<string, Outcome<string, FileProblem>>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** What ran before a reload on probation may run again, so more than one is kept. */
const most = 4;
const pattern = /^configuration-[0-9a-f]+\.json$/;

export interface Recording {
  /** To be loaded with: the same, and what is asked of them is remembered. */
  readonly options: LoadOptions;
  text(): KeptText;
}

export function recordingOf(options: LoadOptions): Recording {
  const { reader, environment, ...others } = options;
  const files: Record<string, Outcome<string, FileProblem>> = {};
  const lists: Record<string, readonly string[]> = {};
  const asked: Record<string, string> = {};
  const watched = new Proxy(environment, {
    get(target, name) {
      const value = typeof name === 'string' ? target[name] : undefined;
      if (typeof name === 'string' && value !== undefined) asked[name] = value;
      return value;
    },
  });
  return {
    options: {
      ...others,
      environment: watched,
      reader: {
        read: (path) => (files[path] ??= reader.read(path)),
        list: (directory) => (lists[directory] ??= reader.list(directory)),
      },
    },
    text: () => ({ ...others, environment: asked, files, lists }),
  };
}

/** For root alone, since it may hold secrets. Best effort: nothing that runs depends on it. */
export function keepText(directory: string, fingerprint: string, text: KeptText): void {
  const path = pathOf(directory, fingerprint);
  try {
    writeFileSync(`${path}.new`, JSON.stringify(text), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    for (const old of keptIn(directory).slice(most)) rmSync(old, { force: true });
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

/** What to load again; undefined where it is not kept. */
export function keptOptions(directory: string, fingerprint: string): LoadOptions | undefined {
  try {
    const written = JSON.parse(readFileSync(pathOf(directory, fingerprint), 'utf8')) as KeptText;
    const { files, lists, ...options } = written;
    return {
      ...options,
      instance: options.instance ?? undefined,
      reader: {
        read: (path) => files[path] ?? { ok: false, error: { kind: 'missing' } },
        list: (folder) => lists[folder] ?? [],
      },
    };
  } catch {
    return undefined;
  }
}

/** The daemon has ended. */
export function forgetTexts(directory: string): void {
  for (const path of keptIn(directory)) rmSync(path, { force: true });
}

function pathOf(directory: string, fingerprint: string): string {
  return join(directory, `configuration-${fingerprint.slice(0, 16)}.json`);
}

/** The latest first. */
function keptIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => pattern.test(name))
      .map((name) => join(directory, name))
      .map((path) => ({ path, at: statSync(path).mtimeMs }))
      .toSorted((one, other) => other.at - one.at)
      .map(({ path }) => path);
  } catch {
    return [];
  }
}
