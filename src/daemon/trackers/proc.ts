/** Processes as /proc shows them. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessTable } from './census.ts';
import type { ProcessFacts } from './matching.ts';

/** Command lines are read only where something compares them. */
export function procTable(withCommandLines: boolean): ProcessTable {
  return {
    living: () =>
      readdirSync('/proc')
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number)
        .filter(lives),
    facts: (pid) => factsOf(pid, withCommandLines),
  };
}

/** Also false for a process that waits only for its parent to take notice. */
function lives(pid: number): boolean {
  const stat = contentOf(pid, 'stat');
  return stat !== undefined && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function factsOf(pid: number, withCommandLine: boolean): ProcessFacts | undefined {
  const name = contentOf(pid, 'comm');
  if (name === undefined) return undefined;
  const words = withCommandLine ? contentOf(pid, 'cmdline') : '';
  if (words === undefined) return undefined;
  return {
    name: name.replace(/\n$/, ''),
    commandLine: words === '' ? [] : words.replace(/\0$/, '').split('\0'),
  };
}

function contentOf(pid: number, file: 'stat' | 'comm' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
