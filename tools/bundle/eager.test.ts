/** Functions in parentheses are the functions that they were, from the beginning of the file on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withEagerFunctions } from './eager.ts';

const printed = [
  '// src/wire/first.ts',
  'function plain() {',
  '  return 1;',
  '}',
  '',
  '// src/config/second.ts',
  'var early = twice(2);',
  'function twice(n) {',
  '  if (n > 2) {',
  '    return `{',
  '  }`;',
  '  }',
  '  return n * plain() * 2;',
  '}',
  'async function later() {',
  '}',
  '',
  '// src/language/cluster/third.ts',
  'function last() {',
  '  return [early, twice.name, later.constructor.name];',
  '}',
  'result = last();',
].join('\n');

test('declarations of the language become expressions, others stay', () => {
  const text = withEagerFunctions(printed);
  assert.deepEqual(
    text.split('\n').filter((line) => /^(var|async|function)/.test(line)),
    [
      'var twice = (function twice(n) {',
      'var later = (async function later() {',
      'function plain() {',
      'var early = twice(2);',
      'function last() {',
    ],
  );
  const run = new Function(`let result;\n${text}\nreturn result;`);
  assert.deepEqual(run(), [4, 'twice', 'AsyncFunction']);
});
