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
  // What has once matched gives nothing back.
  ['a++ab', 'aaab', false],
  ['(?>a|ab)c', 'abc', false],
  ['(?>a+)+b', 'aab', true],
  ['x*+x', 'xx', false],
  ['\\R\\n', '\r\n', false],
  ["(?'q'a)\\k'q'\\k{q}", 'aaa', true],
  ['(a)(b)\\g2\\g{-2}', 'abba', true],
  ['(?>(a))(b)\\2', 'abb', true],
  ['^a$', 'a\n\n', true, 'multiline'],
  ['^$', 'a\n', false, 'multiline'],
  ['a\\E-\\Eb', 'a-b', true],
  ['\\x{41}\\o{102}\\x43\\0', 'ABC\0', true],
  ['[\\x{41}\\e]+$', 'A\x1b', true],
  ['[[:^digit:]]', '7', false],
  ['\\s', '\xa0', false],
  ['\\h', '\xa0', true],
  ['a{,2}', 'a{,2}', true],
  ['\\pL{2}', 'ÄÖ', true, 'utf'],
  ['a[#]b #', 'a#b', true, 'extended'],
];

test('an expression matches what PCRE2 would', () => {
  for (const [pattern, text, matches, ...options] of rows) {
    const { source, flags } = fromPcre(pattern, options);
    const told = `${pattern} ${options.join(' ')} became ${source}`;
    assert.equal(new RegExp(source, flags).test(text), matches, told);
  }
});

test('without utf an expression is about bytes', () => {
  const { source } = fromPcre('grün[ü]', []);
  assert.ok(new RegExp(`^${source}$`).test('gr\xc3\xbcn\xc3'));
  assert.ok(!new RegExp(source).test('grünü'));
  assert.ok(new RegExp(fromPcre('grün', ['utf']).source, 'u').test('grün'));
});

test('what has no counterpart is named, and never read as something else', () => {
  for (const [pattern, named, ...options] of [
    ['(?P<item>a|b(?P>item))', '(?P>item) has another part'],
    ['(?<item>a)(?&item)', '(?&item) has another part'],
    ['\\((?:[^()]|(?R))*\\)', '(?R) has another part'],
    ['(a)(?1)', '(?1) has another part'],
    ['(a)(?-1)', '(?-1) has another part'],
    ['(?<item>a)\\g<item>', '\\g<item> has another part'],
    ['(a)?(?(1)b|c)', '(?(1) has no counterpart'],
    ['(?|(a)|(b))', '(?|(a) has no counterpart'],
    ['a(?i)b', '(?i) changes options in the middle'],
    ['(?s:.)', '(?s:.) has no counterpart'],
    ['(*UTF)a', '(*UTF) has no counterpart'],
    ['a\\Kb', '\\K has no counterpart'],
    ['\\X', '\\X has no counterpart'],
    ['\\y', '\\y has no counterpart'],
    ['[[:nope:]]', '[:nope:] has no counterpart'],
    ['[a\\R]', '\\R between brackets'],
    ['\\p{L}', '\\p{L} asks what a character is'],
    ['\\x{263a}', '\\x{263a} is a character that no byte is'],
    ['a', 'the option firstline', 'firstline'],
  ] as const) {
    const { trouble } = fromPcre(pattern, options);
    assert.ok(trouble?.what.startsWith(named), `${pattern}: ${trouble?.what}`);
    assert.notEqual(trouble?.cure ?? '', '');
  }
});
