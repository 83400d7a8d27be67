/**
 * The kernel of a guest and the processes that it traces take turns and never run at once: held on one processor, a system
 * call of the guest takes a tenth of the time. Machines that run at the same time hold different ones.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Processor {
  readonly number: number;
  readonly release: () => void;
}

/** One that no other machine holds; any where all are held. */
export function claimProcessor(): Processor {
  const list = execFileSync('taskset', ['-cp', `${process.pid}`], { encoding: 'utf8' });
  const allowed = (list.split(':')[1] ?? '').trim().split(',').flatMap(processors);
  for (const number of allowed) {
    const claim = join(tmpdir(), `hfvm-processor-${number}`);
    if (claimed(claim)) return { number, release: () => rmSync(claim, { force: true }) };
  }
  return { number: allowed[process.pid % allowed.length] ?? 0, release: () => undefined };
}

/** A claim holds for as long as the process that made it is alive. */
function claimed(claim: string): boolean {
  try {
    const owner = existsSync(claim) ? readFileSync(claim, 'utf8') : '';
    if (owner !== '' && !existsSync(`/proc/${owner}`)) rmSync(claim, { force: true });
    writeFileSync(claim, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function processors(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
