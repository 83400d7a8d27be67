/** Paths as text: POSIX, no file system. */

function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/** `.` when the path has no directory. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** `path` as seen from `directory`; `.` and doubled slashes vanish, `..` stays, since links may stand there. */
export function joinPath(directory: string, path: string): string {
  if (isAbsolute(path)) return path;
  const own = path.replace(/^(?:\.\/+)+/, '');
  if (own === '' || own === '.') return directory;
  if (directory === '.' || directory === '') return own;
  return directory.endsWith('/') ? directory + own : `${directory}/${own}`;
}
