/** The place of a process among the ordinary ones. */
import { setPriority } from 'node:os';

/** Best effort: the process may have ended, and only root may favour one. */
export function setNice(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // Nothing depends on it.
  }
}
