import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexLines, lineText, positionAt } from './line-index.ts';
import type { SourceId } from './source.ts';

const indexOf = (text: string) => indexLines({ id: 0 as SourceId, path: 'a', text });

test('columns count code points from 1', () => {
  const index = indexOf('a𝒳é\r\nb');
  assert.deepEqual(positionAt(index, 0), { line: 1, column: 1 });
  assert.deepEqual(positionAt(index, 3), { line: 1, column: 3 });
  assert.deepEqual(positionAt(index, 6), { line: 2, column: 1 });
  assert.deepEqual(positionAt(index, 99), { line: 2, column: 2 });
  assert.equal(lineText(index, 1), 'a𝒳é');
  assert.equal(lineText(index, 2), 'b');
  assert.equal(lineText(index, 3), '');
});

test('the place agrees with counting from the start', () => {
  const text = fc
    .array(fc.constantFrom('a', '\n', '\r\n', 'é', '\t'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(100), (written, offset) => {
      const at = Math.min(offset, written.length);
      const before = written.slice(0, at).split('\n');
      const column = (before.at(-1)?.length ?? 0) + 1;
      assert.deepEqual(positionAt(indexOf(written), at), { line: before.length, column });
    }),
  );
});
