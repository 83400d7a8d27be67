/**
 * Goldens of the reader: files in, tree and findings out. `REWRITE=1` writes what comes out into the files;
 * read the difference before committing it.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { type Files, load, outline, story } from './kit.ts';

const folder = `${import.meta.dirname}/reader`;
const isRewriting = process.env.REWRITE === '1';

for (const path of globSync(`${folder}/*.txt`).sort()) {
  test(`reader: ${basename(path, '.txt')}`, () => {
    const golden = readFileSync(path, 'utf8');
    const [input = ''] = golden.split('---- tree\n', 1);
    const loaded = load(filesOf(input));
    const tree = outline(loaded.statements);
    const findings = story(loaded.diagnostics, loaded.sources);
    const actual = `${input}---- tree\n${tree}---- findings\n${findings}`;
    if (isRewriting) writeFileSync(path, actual);
    assert.equal(actual, golden);
  });
}

/** Each file begins after a line `== path`; what stands before the first is prose. */
function filesOf(input: string): Files {
  const parts = input.split(/^== (.+)\n/m).slice(1);
  const files: Record<string, string> = {};
  for (let index = 0; index < parts.length; index += 2) {
    files[parts[index] ?? ''] = parts[index + 1] ?? '';
  }
  return files;
}
