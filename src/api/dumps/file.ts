/**
 * Writes a dump for whoever reads files: whole or not at all, never through a symbolic link that somebody laid there.
 * /tmp belongs to everybody, so the file is made under a name that nobody can know, and takes its place by rename(2).
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';

/** keepalived's umask for files. */
const defaultUmask = 0o177;

/** A sentence where it could not be done. */
export async function writeDump(
  path: string,
  text: string,
  umask: number | undefined,
): Promise<string | undefined> {
  const own = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const there = await lstat(path).catch(() => undefined);
    if (there !== undefined && !there.isFile()) {
      const what = there.isSymbolicLink() ? 'a symbolic link' : 'not a regular file';
      return `${path} is ${what} and was not written: remove it`;
    }
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = await open(own, flags, 0o600);
    try {
      await file.chmod(0o666 & ~(umask ?? defaultUmask));
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(own, path);
    return undefined;
  } catch (thrown) {
    await rm(own, { force: true }).catch(() => undefined);
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return `${path} could not be written: ${why}`;
  }
}
