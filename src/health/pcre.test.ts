import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromPcre } from './pcre.ts';

/** Whether an expression matches, as PCRE2 says that it does. */
const rows: readonly (readonly [string, string, boolean, ...string[]])[] = [
  ['ok$', 'ok\n', true],
  ['ok$', 'ok\n\n', false],
  ['ok$', 'ok\n', false, 'dollar_endonly'],
  ['ok$', 'ok\nno', false],
  ['ok$', 'ok\nno', true, 'multiline'],
  ['^no', 'ok\nno', true, 'multiline'],
  ['^no', 'ok\nno', false],
  ['^no', 'ok\rno', false, 'multiline'],
  ['o.k', 'o\rk', true],
  ['o.k', 'o\nk', false],
  ['o.k', 'o\nk', true, 'dotall'],
  ['(?i)OK', 'ok', true],
  ['(?s)o.k', 'o\nk', true],
  ['OK', 'ok', true, 'caseless'],
  ['\\Aok\\z', 'ok', true],
  ['\\Aok\\z', 'ok\n', false],
  ['\\Aok\\Z', 'ok\n', true],
  ['[[:digit:]]+ [[:alpha:]_]+', '12 a_b', true],
  ['^[]x]+$', ']x', true],
  ['^[^]x]+$', 'ab', true],
  ['^[^]x]+$', 'a]', false],
  ['[[]', '[', true],
  ['a++b', 'aab', true],
  ['(?>a+)b', 'aab', true],
  ['(?P<word>a)(?P=word)', 'aa', true],
  ['a\\hb', 'a\tb', true],
  ['\\Qa.b\\E', 'a.b', true],
  ['\\Qa.b\\E', 'axb', false],
  ['a (?#why)b', 'a b', true],
  ['a b # c', 'ab', true, 'extended'],
  ['ok', 'no ok', false, 'anchored'],
  ['\\$5\\.', '$5.', true],
  ['[$.^]', '^', true],
  ['\\"a\\-b\\_\\"', '"a-b_"', true, 'utf'],
  ['[\\"\\-]+', '"-', true, 'utf'],
  ['a{2}+', 'aa', true],
  ['"status": *"(ok|up)"', '{"status": "up"}', true],
];

test('an expression matches what PCRE2 would', () => {
  for (const [pattern, text, matches, ...options] of rows) {
    const { source, flags } = fromPcre(pattern, options);
    const told = `${pattern} ${options.join(' ')} became ${source}`;
    assert.equal(new RegExp(source, flags).test(text), matches, told);
  }
});
