/** `holdfast fmt`: lays configuration files out anew without changing what they say. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import { formatText } from '../../config/format.ts';

export interface FmtOptions {
  /** None, or `-`, means standard input to standard output. */
  readonly files: readonly string[];
  /** Writes nothing and names the files that would change. */
  readonly check: boolean;
  /** Writes each file in its place. */
  readonly write: boolean;
}

/** 0: done, or nothing to do. 1: `--check` found a file that would change. 2: a file could not be read or written. */
export function fmt({ files, check, write }: FmtOptions): number {
  let worst = 0;
  for (const file of files.length === 0 ? ['-'] : files) {
    const read = readText(file);
    const done = read.ok ? deliver(file, read.value, { check, write }) : read;
    if (!done.ok) process.stderr.write(`holdfast: ${done.error}\n`);
    worst = Math.max(worst, done.ok ? done.value : 2);
  }
  return worst;
}

function deliver(
  file: string,
  text: string,
  how: { readonly check: boolean; readonly write: boolean },
): Outcome<number, string> {
  const formatted = formatText(text);
  if (how.check) {
    if (formatted !== text) process.stdout.write(`${shown(file)}\n`);
    return success(formatted === text ? 0 : 1);
  }
  if (!how.write || file === '-') {
    process.stdout.write(formatted);
    return success(0);
  }
  return formatted === text ? success(0) : replace(file, formatted);
}

const shown = (file: string): string => (file === '-' ? 'standard input' : file);

/** Refuses bytes that are not UTF-8: written back they would not be what they were. */
function readText(file: string): Outcome<string, string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (thrown) {
    return failure(`cannot read ${shown(file)}: ${reason(thrown)}; check the path`);
  }
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return success(text);
  return failure(
    `${shown(file)} is not UTF-8 and is left as it is: convert it first, as with "iconv -f latin1 -t utf8"`,
  );
}

/** At once or not at all, with the mode and the owner that the file had. A symbolic link stays one. */
function replace(file: string, text: string): Outcome<number, string> {
  let beside: string | undefined;
  try {
    const path = realpathSync(file);
    const { mode, uid, gid } = statSync(path);
    beside = `${path}.${randomBytes(6).toString('hex')}`;
    writeFileSync(beside, text, { mode: mode & 0o777, flag: 'wx' });
    chmodSync(beside, mode & 0o7777);
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(beside, uid, gid);
    renameSync(beside, path);
    return success(0);
  } catch (thrown) {
    if (beside !== undefined) rmSync(beside, { force: true });
    return failure(`cannot write ${file}: ${reason(thrown)}; it is as it was`);
  }
}

function reason(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? String(thrown);
}
