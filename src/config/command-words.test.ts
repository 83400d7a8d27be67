import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadText } from '../../test/config/kit.ts';
import { success } from '../base/outcome.ts';
import { rawText, splitCommand, splitWords } from './command-words.ts';

const splits: readonly (readonly [written: string, words: readonly string[]])[] = [
  ['/bin/check --now', ['/bin/check', '--now']],
  [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
  [`pre'fix'"ed" x`, ['prefixed', 'x']],
  [`'a\\nb'`, ['a\\nb']],
  [String.raw`a\ b \x41\101\cA`, ['a b', 'AA\u0001']],
  [String.raw`"\a\b\E\f\n\r\t\v\"\q"`, ['\u0007\b\u001b\f\n\r\t\v"q']],
  [`'' ""`, ['', '']],
  ['end\\', ['end\\']],
  ['   ', []],
];

for (const [written, words] of splits) {
  test(`splits ${written}`, () => assert.deepEqual(splitWords(written), success(words)));
}

test('an unclosed quote is named with its place', () => {
  assert.deepEqual(splitWords(`a 'b`), {
    ok: false,
    error: { kind: 'unclosed-quote', quote: "'", at: 2 },
  });
});

test('one quoted string holds a command with quotes of its own', () => {
  assert.deepEqual(
    splitCommand(`"/bin/log -t x 'now master'"`),
    success(['/bin/log', '-t', 'x', 'now master']),
  );
  assert.deepEqual(splitCommand(String.raw`"/bin/log \"a b\""`), success(['/bin/log', 'a b']));
  assert.deepEqual(splitCommand('"C:\\"'), success(['C:\\']));
  assert.deepEqual(splitCommand('/bin/check'), success(['/bin/check']));
});

test('words are put together again as they were written', () => {
  const rest = `'a  b' /x"y z"w \\!`;
  const words = loadText(`script ${rest}\n`).statements[0]?.words ?? [];
  assert.equal(rawText(words.slice(1)), rest);
});

test('single quotes keep every text without a single quote', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^']*$/)), (words) => {
      const written = words.map((word) => `'${word}'`).join(' ');
      assert.deepEqual(splitWords(written), success(words));
    }),
  );
});

test('no text makes the splitter throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void splitCommand(text)));
});
