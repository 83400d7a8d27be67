/** Masks as keepalived's users write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';

function maskIn(text: string) {
  const { model, diagnostics } = readText(`global_defs {\numask ${text}\n}\n`);
  return [model.global_defs.umask, ...diagnostics.map(({ code }) => code)];
}

test('a number of any base, or names of bits', () => {
  const texts = ['0177', '127', '0x7f', 'IXUSR|IRWXG|IRWXO', 'S_IXUSR', 'IRWXU'];
  assert.deepEqual(
    texts.map((text) => maskIn(text)[0]),
    [0o177, 0o177, 0o177, 0o177, 0o100, 0o700],
  );
});

test('blanks around the bars change nothing', () => {
  assert.deepEqual(maskIn('IWGRP | IWOTH')[0], 0o022);
  assert.deepEqual(maskIn('IWGRP |IWOTH')[0], 0o022);
});

test('what is neither is told, and the default stays', () => {
  for (const text of ['01000', 'IXYZ', '08', 'IWGRP|']) {
    assert.deepEqual(maskIn(text).slice(0, 2), [undefined, 'language.wrong-form'], text);
  }
});
