import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNumber } from './file-number.ts';

test('decimal, hexadecimal and octal numbers; what is none is 0', () => {
  const table = [
    ['', 0],
    ['\n', 0],
    ['up\n', 0],
    ['5\n', 5],
    [' \t-17 \n', -17],
    ['+3', 3],
    ['0', 0],
    ['0x1F', 31],
    ['-0X10', -16],
    ['010', 8],
    ['-017', -15],
    ['08', 0],
    ['0x', 0],
    ['12 monkeys', 12],
    ['2147483647', 2_147_483_647],
    ['-2147483648', -2_147_483_648],
  ] as const;
  for (const [text, number] of table) {
    assert.deepEqual(readNumber(text), { kind: 'number', number }, text);
  }
});

test('a number beyond 32 bits is told apart', () => {
  for (const text of ['2147483648', '-2147483649', '0x80000000', '9'.repeat(400)]) {
    assert.equal(readNumber(text).kind, 'outside', text);
  }
});
