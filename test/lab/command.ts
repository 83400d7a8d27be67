/** Runs short commands and tells the whole story when one fails. */
import { spawn, spawnSync } from 'node:child_process';

/** Standard output of a command that ended with code 0; anything else throws with what it said. */
export async function command(
  program: string,
  words: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { text: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.errors += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    const said = `${output.errors}${output.text}`.trim();
    throw new Error(`${[program, ...words].join(' ')} ended with ${code}: ${said}\n${input}`);
  }
  return output.text;
}

/** The same for the last moments of a process, when nothing asynchronous runs any more. */
export function commandNow(program: string, words: readonly string[]): boolean {
  return spawnSync(program, words, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/** Whether a program can be found: an absolute path, or a name in PATH or a system folder. */
export function present(program: string): boolean {
  return spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`]).status === 0;
}
