import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from './execute.ts';

test('a match is told with its place, from where the expression is to begin', () => {
  const expression = /o+/g;
  assert.deepEqual(execute(expression, 'foo boo'), { begin: 1, end: 3 });
  expression.lastIndex = 3;
  assert.deepEqual(execute(expression, 'foo boo'), { begin: 5, end: 7 });
  assert.equal(execute(/x/g, 'foo'), undefined);
});

test('an expression that would never end is broken off, and the next one works', () => {
  assert.equal(execute(/^(a+)+$/g, `${'a'.repeat(60)}b`), 'too-long');
  assert.deepEqual(execute(/b/g, 'ab'), { begin: 1, end: 2 });
});
