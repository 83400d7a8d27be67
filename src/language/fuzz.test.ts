/** Whatever a text says, reading it gives a model and complaints, and never throws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BlockSchema } from '../config/schema.ts';
import { languageCodes } from './codes.ts';
import { readText } from './read-text.ts';
import { renderModel } from './render.ts';
import { root } from './sections/root.ts';

const examples = Object.values(languageCodes).map(({ example }) => example);

function wordsOf(schema: BlockSchema<unknown>, into: Set<string>): void {
  for (const { name, field } of schema.keywords.values()) {
    into.add(name);
    for (const word of field.example.split(/\s+/)) into.add(word);
    if (field.kind === 'section') wordsOf(field.block, into);
  }
}

const vocabulary = new Set(['{', '}', '\n', '-1', '99999999999', '"', '0', '', 'lock', 'reverse']);
wordsOf(root, vocabulary);
const word = fc.constantFrom(...vocabulary);

/** An example in which some words were replaced, doubled, or taken away. */
const mutated = fc
  .record({
    example: fc.constantFrom(...examples),
    edits: fc.array(fc.record({ at: fc.nat(), word, kind: fc.constantFrom('set', 'add', 'cut') }), {
      maxLength: 6,
    }),
  })
  .map(({ example, edits }) => {
    const words = example.split(/( +|\n|[{}])/);
    for (const edit of edits) {
      const at = edit.at % words.length;
      if (edit.kind === 'set') words[at] = edit.word;
      else
        words.splice(
          at,
          edit.kind === 'cut' ? 1 : 0,
          ...(edit.kind === 'cut' ? [] : [` ${edit.word} `]),
        );
    }
    return words.join('');
  });

const salad = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));

test('texts of any kind are read, and what was read is written and read again', () => {
  fc.assert(
    fc.property(fc.oneof(mutated, salad), (text) => {
      const { model, sources, diagnostics } = readText(text);
      for (const { span, message } of diagnostics) {
        assert.ok(message !== '');
        if (span === undefined) continue;
        const length = sources[span.source]?.text.length ?? -1;
        assert.ok(span.start <= span.end && span.end <= length, `${span.start}..${span.end}`);
      }
      const rendered = renderModel(model);
      assert.deepEqual(readText(rendered).model, model, rendered);
    }),
    { numRuns: 1500, endOnFailure: true },
  );
});
