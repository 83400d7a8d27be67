/** Lines about scripts and who runs them. */
import type { Command } from '../../daemon/scripts/command.ts';
import { renderWords } from './picture.ts';

/** Without a script, no line. */
export function scriptLine(title: string, command: Command | undefined): readonly string[] {
  if (command === undefined) return [];
  const who = accountOf(command);
  return [`   ${title} state transition script = ${renderWords(command)}, uid:gid ${who}`];
}

/** Whoever the daemon is, which is root, unless it becomes somebody. */
export function accountOf({ user }: Command): string {
  return `${user?.uid ?? 0}:${user?.gid ?? 0}`;
}
