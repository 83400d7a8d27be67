/** The stage in a process of its own, so that what is slow there delays nobody else. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chosen } from './scenarios.ts';
import { openStage } from './stage.ts';

export async function startStage(word: string, space: string): Promise<ChildProcess> {
  const child = fork(import.meta.filename, [word, space]);
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (told !== 'open') throw new Error(`the stage ended with status ${String(told)}`);
  return child;
}

if (process.argv[1] === import.meta.filename) {
  const [word = '', space = ''] = process.argv.slice(2);
  await openStage(chosen(word), space);
  process.send?.('open');
  // It ends with whoever started it.
  process.on('disconnect', () => process.exit());
}
