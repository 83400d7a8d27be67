import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryReader } from '../../../test/config/kit.ts';
import { limits } from '../limits.ts';
import { braceAlternatives, fixedDirectory, hasWildcard, matchesName, matchPaths } from './glob.ts';

const names: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
  ['*.conf', 'a.conf', true],
  ['*.conf', 'a.conf.bak', false],
  ['*.conf', '.conf', false],
  ['.*', '.hidden', true],
  ['*', '.hidden', false],
  ['?', '', false],
  ['a?c', 'abc', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[]x]y', ']y', true],
  ['[-a]y', '-y', true],
  ['[ab', '[ab', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
];

for (const [pattern, name, matches] of names) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} '${name}'`, () => {
    assert.equal(matchesName(pattern, name), matches);
  });
}

test('many stars against a long name take no exponential time', () => {
  assert.equal(matchesName(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000)), false);
});

test('braces spell alternatives in their order, nested ones too', () => {
  assert.deepEqual(braceAlternatives('x{a,b{1,2},}y{c,d}'), [
    ...['xayc', 'xayd', 'xb1yc', 'xb1yd', 'xb2yc', 'xb2yd', 'xyc', 'xyd'],
  ]);
  assert.deepEqual(braceAlternatives('a{b}c'), ['a{b}c']);
  assert.deepEqual(braceAlternatives('a{b,c'), ['a{b,c']);
  assert.equal(braceAlternatives('{a,b}'.repeat(20)), undefined);
});

test('wildcards in directories, sorted', () => {
  const reader = memoryReader({
    '/e/b/x.conf': '',
    '/e/a/y.conf': '',
    '/e/a/x.conf': '',
    '/e/c': '',
  });
  assert.deepEqual(matchPaths(reader, '/e/*/x.conf').paths, [
    '/e/a/x.conf',
    '/e/b/x.conf',
    '/e/c/x.conf',
  ]);
  assert.deepEqual(matchPaths(reader, '/e/a/*').paths, ['/e/a/x.conf', '/e/a/y.conf']);
});

test('a directory with too many names is cut off', () => {
  const listed = Array.from({ length: limits.globNames + 1 }, (_, index) => String(index));
  const reader = { ...memoryReader({}), list: () => listed };
  assert.equal(matchPaths(reader, '/huge/*').cut, true);
});

test('what is a pattern', () => {
  assert.deepEqual(['a*', 'a?', '[ab]', 'a', '[', '[]'].map(hasWildcard), [
    ...[true, true, true, false, false, false],
  ]);
});

test('the directory before the first wildcard', () => {
  assert.deepEqual(['a*', '/*', '/e/b/*.conf', '/e/*/x', 'e/x[ab]'].map(fixedDirectory), [
    ...['.', '/', '/e/b', '/e', 'e'],
  ]);
});
