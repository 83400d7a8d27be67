/** Text to model to text to model is the identity. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BlockSchema, Keyword } from '../config/schema.ts';
import { readText } from './read-text.ts';
import { renderModel } from './render.ts';
import { root } from './sections/root.ts';

/** Reads what was rendered: the same model, and the same text again. */
function assertRoundTrip(text: string): void {
  const { model } = readText(text);
  const rendered = renderModel(model);
  const again = readText(rendered);
  assert.deepEqual(again.model, model, `${text}\n---\n${rendered}`);
  assert.equal(renderModel(again.model), rendered);
}

function statementOf({ name, field }: Keyword, inner: string): string {
  return `${name} ${field.example}${field.kind === 'section' ? ` {\n${inner}}` : ''}\n`;
}

/** A block with some of its keywords, each with its example, to a bounded depth. */
function blocks(schema: BlockSchema<unknown>, depth: number): fc.Arbitrary<string> {
  const { entries } = schema;
  if (entries !== undefined) {
    return fc
      .array(fc.constant(`${entries.field.example}\n`), { maxLength: 2 })
      .map((all) => all.join(''));
  }
  const keywords = [...schema.keywords.values()];
  if (keywords.length === 0) return fc.constant('');
  return fc
    .array(
      fc
        .constantFrom(...keywords)
        .chain((keyword) =>
          keyword.field.kind === 'section' && depth > 0
            ? blocks(keyword.field.block, depth - 1).map((inner) => statementOf(keyword, inner))
            : fc.constant(statementOf(keyword, '')),
        ),
      { maxLength: 6 },
    )
    .map((all) => all.join(''));
}

test('any selection of keywords survives the round trip', () => {
  fc.assert(fc.property(blocks(root, 4), assertRoundTrip), { numRuns: 300 });
});

test('names and passwords of any letters survive it', () => {
  const word = fc.string({
    unit: fc.constantFrom(..."abAB01 #!{}@~.:/'<-_".split('')),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(word, (secret) => {
      const quoted = `"${secret}"`;
      assertRoundTrip(
        `vrrp_instance ${quoted} {\nauthentication {\nauth_pass ${quoted}\n}\n}\nglobal_defs {\nnotification_email {\n${quoted}\n}\n}\n`,
      );
    }),
    { numRuns: 300 },
  );
});

test('commands of any words survive it', () => {
  const word = fc.string({ unit: fc.constantFrom(..."ab01 '$;|&>-_/.".split('')), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      assertRoundTrip(`vrrp_script check {\nscript "/bin/x ${words.join(' ')}"\n}\n`);
    }),
    { numRuns: 5000 },
  );
});

test('every example of the list of facts survives it', () => {
  const golden = new URL('../../test/golden/keywords.json', import.meta.url);
  assert.ok(Object.keys(JSON.parse(readFileSync(golden, 'utf8'))).length > 600);
  const visit = (schema: BlockSchema<unknown>, wrap: (text: string) => string): void => {
    for (const keyword of schema.keywords.values()) {
      assertRoundTrip(wrap(statementOf(keyword, '')));
      const { field } = keyword;
      if (field.kind !== 'section' || keyword.alias !== undefined) continue;
      visit(field.block, (text) => wrap(statementOf(keyword, text)));
    }
  };
  visit(root, (text) => text);
});
