/** The demo, as a visitor of the project would run it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const demo = join(import.meta.dirname, '../../demo/main.ts');

function play(): { readonly code: number | null; readonly text: string } {
  const result = spawnSync(process.execPath, [demo], { encoding: 'utf8', timeout: 45_000 });
  return { code: result.status, text: `${result.stdout}${result.stderr}` };
}

test('the demo ends by itself, and every step of it did what it should', (context) => {
  const first = play();
  // A machine may be busy for a moment; an answer that came late is asked for once more, and nothing else.
  const late = first.text.includes('the visitor waited too long');
  if (late) context.diagnostic(`played twice:\n${first.text}`);
  const { code, text } = late ? play() : first;
  assert.equal(code, 0, text);
  assert.equal(text.match(/ ok$/gm)?.length, 11);
});
