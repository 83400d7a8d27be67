/**
 * Who else could change a program that is about to run as root: the element of its path that decides. keepalived
 * only says that a violation exists; the element is what an operator has to look at.
 */
import { dirname } from 'node:path';

/** What `lstat` tells. */
export interface FileFacts {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export interface FileFinder {
  /** undefined when it does not exist or cannot be looked at. */
  facts(path: string): FileFacts | undefined;
  /** With every symbolic link followed; undefined when it does not exist. */
  resolve(path: string): string | undefined;
}

export type Finding =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string }
  | {
      readonly kind: 'writable';
      readonly path: string;
      readonly by: 'owner' | 'group' | 'others';
      readonly facts: FileFacts;
    };

const stickyBit = 0o1000;
const fileType = 0o170000;
const directory = 0o040000;
const regular = 0o100000;

/** Judges an absolute path by itself and, where it goes through symbolic links, by where these lead. */
export function inspect(path: string, finder: FileFinder): Finding {
  const resolved = finder.resolve(path);
  const target = resolved === undefined ? undefined : finder.facts(resolved);
  if (resolved === undefined || target === undefined) return { kind: 'missing', path };
  if ((target.mode & fileType) !== regular || (target.mode & 0o111) === 0) {
    return { kind: 'not-executable', path: resolved };
  }
  for (const element of new Set([...elements(resolved), ...elements(dirname(path))])) {
    const finding = judge(element, finder.facts(element));
    if (finding !== undefined) return finding;
  }
  return { kind: 'trusted' };
}

/** `/`, `/etc`, `/etc/scripts`, `/etc/scripts/check.sh`. */
function elements(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
}

function judge(path: string, facts: FileFacts | undefined): Finding | undefined {
  if (facts === undefined) return undefined;
  // A symbolic link has no rights of its own: the directory that it lies in decides.
  if ((facts.mode & fileType) === 0o120000) return undefined;
  if (facts.uid !== 0) return { kind: 'writable', path, by: 'owner', facts };
  // In a directory with the sticky bit only the owner of an entry may replace it.
  if ((facts.mode & fileType) === directory && (facts.mode & stickyBit) !== 0) return undefined;
  if (facts.gid !== 0 && (facts.mode & 0o020) !== 0) {
    return { kind: 'writable', path, by: 'group', facts };
  }
  if ((facts.mode & 0o002) !== 0) return { kind: 'writable', path, by: 'others', facts };
  return undefined;
}

export function renderFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'trusted':
      return 'only root can change it';
    case 'missing':
      return `${finding.path} does not exist`;
    case 'not-executable':
      return `${finding.path} is not an executable file: chmod +x it`;
    case 'writable': {
      const { path, by, facts } = finding;
      const who =
        by === 'others' ? 'anybody' : by === 'group' ? `group ${facts.gid}` : `user ${facts.uid}`;
      const cure = by === 'others' ? 'chmod o-w' : by === 'group' ? 'chmod g-w' : 'chown root';
      return `${path} can be changed by ${who}, who could so run anything as root: ${cure} ${path}`;
    }
  }
}
