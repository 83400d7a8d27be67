/** The file system, as the configuration's reader wants it. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { failure, success } from '../../base/outcome.ts';
import type { FileReader } from '../../config/file-reader.ts';

const executable = 0o111;

export const hostFiles: FileReader = {
  read(path) {
    let facts: Stats;
    try {
      facts = statSync(path);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return failure({ kind: 'missing' });
      return failure({ kind: 'unreadable', reason: code ?? 'unknown' });
    }
    if (facts.isDirectory()) return failure({ kind: 'directory' });
    if (!facts.isFile()) return failure({ kind: 'not-regular' });
    if ((facts.mode & executable) !== 0) return failure({ kind: 'executable' });
    try {
      return success(readFileSync(path, 'utf8'));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      return failure({ kind: 'unreadable', reason: code ?? 'unknown' });
    }
  },
  list(directory) {
    try {
      return readdirSync(directory);
    } catch {
      return [];
    }
  },
};
