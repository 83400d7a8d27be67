/** The files that a load may read: given from outside, since the reader itself touches no file system. */
import type { Outcome } from '../base/outcome.ts';

export type FileProblem =
  | { readonly kind: 'missing' }
  /** `reason` is the system's name for it, such as EACCES. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'directory' }
  /** A device, a socket or a pipe. */
  | { readonly kind: 'not-regular' }
  /** A regular file with an execute bit; included files of that kind are skipped. */
  | { readonly kind: 'executable' };

export interface FileReader {
  /** The text of the file, decoded as UTF-8. */
  read(path: string): Outcome<string, FileProblem>;
  /** Names within the directory, without `.` and `..`, in any order; empty when there is no such directory. */
  list(directory: string): readonly string[];
}
