/**
 * The place of a process among the ordinary ones. Where the kernel first shares the processor among sessions (sched(7),
 * "The autogroup feature"), niceness counts within a session alone, and a crowd of notify scripts, each of which has a
 * session, would outweigh everything: so whoever is favoured and leads a session takes the same place for it among them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Best effort: the process may have ended, and only root may favour one. */
export function setNice(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
    if (priority >= constants.priority.PRIORITY_NORMAL) return;
    if (leadsSession(pid)) writeFileSync(`/proc/${pid}/autogroup`, `${priority}`);
  } catch {
    // Nothing depends on it.
  }
}

function leadsSession(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; behind it come state, parent, group and session.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === `${pid}`;
}
