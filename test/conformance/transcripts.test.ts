/**
 * Every transcript beside this file. `HOLDFAST_REWRITE=1 npm test -- conformance`, or this file with `--rewrite`, writes
 * what happens today into them: commit the difference only when you know what caused it.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replay } from './transcript.ts';

const isRewriting = process.env.HOLDFAST_REWRITE === '1' || process.argv.includes('--rewrite');

for (const file of globSync('*/*.txt', { cwd: import.meta.dirname }).sort()) {
  test(file, () => {
    const path = join(import.meta.dirname, file);
    const written = readFileSync(path, 'utf8');
    const happened = replay(written);
    if (isRewriting) writeFileSync(path, happened);
    else assert.equal(happened, written);
  });
}
