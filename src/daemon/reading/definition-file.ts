/** A configuration that is a program: it is run in a process of its own, and what it defines is read as its text. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { failure, success } from '../../base/outcome.ts';
import type { FileReader } from '../../config/file-reader.ts';
import { hostFiles } from './files.ts';

const printer = fileURLToPath(new URL('./print-definition.ts', import.meta.url));
const patience = 10_000;
const sizeMost = 64 * 1024 * 1024;

export function isDefinition(path: string): boolean {
  return /\.[mc]?[jt]s$/.test(path);
}

/** Files as they are, but for `path`: its text is what it prints. */
export function definitionFiles(path: string): FileReader {
  let printed: ReturnType<FileReader['read']> | undefined;
  return {
    list: hostFiles.list,
    read(wanted) {
      if (wanted !== path) return hostFiles.read(wanted);
      const written = hostFiles.read(wanted);
      if (!written.ok) return written;
      printed ??= print(path);
      return printed;
    },
  };
}

function print(path: string): ReturnType<FileReader['read']> {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [printer, path], {
    encoding: 'utf8',
    timeout: patience,
    maxBuffer: sizeMost,
  });
  if (status === 0) return success(stdout);
  const why = error?.message ?? stderr.trim();
  return failure({ kind: 'unreadable', reason: why === '' ? 'it ended without a word' : why });
}
