/** Scripts that a test hands to a daemon, and what they wrote down. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../lab/host.ts';

/** An executable file in the host's folder. */
export function scriptOn(host: Host, name: string, text: string): string {
  const path = join(host.directory, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

export interface Notes {
  readonly script: string;
  readonly file: string;
}

/** A script that appends its arguments to a file. */
export function notes(host: Host, name: string): Notes {
  const file = join(host.directory, `${name}.notes`);
  return { script: scriptOn(host, name, `echo "$@" >> ${file}`), file };
}

/** The lines of a file; none while it is not there. */
export function linesOf(path: string): readonly string[] {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? [] : text.split('\n');
  } catch {
    return [];
  }
}
