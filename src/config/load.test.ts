import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codes, load, loadText, memoryReader, origin, outline } from '../../test/config/kit.ts';
import { limits } from './limits.ts';
import { lenientIncludes } from './load.ts';
import type { Source } from './source.ts';
import type { Statement, Word } from './tree.ts';

function everyWord(statements: readonly Statement[]): readonly Word[] {
  return statements.flatMap(({ words, block }) => [
    ...words,
    ...everyWord(block?.statements ?? []),
  ]);
}

/** A literal word stands, letter by letter, where its span says. */
function assertPlaces(sources: readonly Source[], statements: readonly Statement[]): void {
  for (const word of everyWord(statements)) {
    for (const span of [word.span, ...word.via]) {
      const { text } = sources[span.source] ?? { text: '' };
      assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
    }
  }
}

const snippets = fc.constantFrom(
  ...[
    '{',
    '}',
    '"',
    '\\',
    '#',
    '!',
    '\n',
    '\r\n',
    ' ',
    '\t',
    '$A',
    `\${A}`,
    '$A=',
    '$B=',
    '@here ',
    '@^x ',
  ],
  ...[
    '~SEQ(i,1,3) ',
    '~LST(v,a,b) ',
    '$i',
    `\${v}`,
    'include a.conf',
    'include *',
    'word',
    '10.0.0.1/24',
  ],
  ...[
    '\\\n',
    '\u00a0',
    '\ufeff',
    '\0',
    '“',
    '”',
    `\${_PWD}`,
    `\${_RANDOM 1 2}`,
    ',',
    '(',
    ')',
    'é',
    '𝒳',
  ],
);
const anyText = fc.oneof(
  fc.array(snippets, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('no text makes the reader throw, and every place lies in its source', () => {
  fc.assert(
    fc.property(anyText, anyText, (main, other) => {
      const loaded = load({ 'main.conf': main, 'a.conf': other });
      assertPlaces(loaded.sources, loaded.statements);
      for (const diagnostic of loaded.diagnostics) {
        const { text } = loaded.sources[diagnostic.span?.source ?? 0] ?? { text: '' };
        assert.ok((diagnostic.span?.end ?? 0) <= text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('what is written is read back: words, quoted words and blocks', () => {
  const word = fc
    .stringMatching(/^[a-z0-9_./:@-]{1,12}$/)
    .filter((text) => !/^(@|include)/.test(text));
  const quoted = fc.stringMatching(/^[a-z #!{}]{0,12}$/).map((text) => `"${text}"`);
  const line = fc
    .tuple(word, fc.array(fc.oneof(word, quoted), { maxLength: 4 }))
    .map(([first, rest]) => [first, ...rest].join(' '));
  const { statement } = fc.letrec<{ statement: string }>((tie) => ({
    statement: fc.oneof(
      { depthSize: 'small' },
      line.map((text) => `${text}\n`),
      fc
        .tuple(line, fc.array(tie('statement'), { maxLength: 4 }))
        .map(([head, inner]) => `${head} {\n${inner.join('').replace(/^(?=.)/gm, '  ')}}\n`),
    ),
  }));
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 6 }), (parts) => {
      const loaded = loadText(parts.join(''));
      assert.deepEqual(loaded.diagnostics, []);
      assert.equal(outline(loaded.statements), parts.join(''));
    }),
  );
});

test('every word knows the way it came', () => {
  const loaded = load({
    'main.conf': '$IF=eth$N\n$N=1\ninterface $IF x$N\n~SEQ(i,1,2) rule $i\ninclude b.conf\n',
    'b.conf': `label \${IF}:0\n`,
  });
  const origins = everyWord(loaded.statements).map((word) => origin(loaded.sources, word));
  assert.deepEqual(origins, [
    "main.conf:3:1 'interface'",
    "main.conf:1:5 'eth$N' via main.conf:3:11 '$IF'",
    "main.conf:3:15 'x$N'",
    "main.conf:4:13 'rule'",
    "main.conf:4:1 '~SEQ(i,1,2)' via main.conf:4:18 '$i'",
    "main.conf:4:13 'rule'",
    "main.conf:4:1 '~SEQ(i,1,2)' via main.conf:4:18 '$i'",
    "b.conf:1:1 'label'",
    `b.conf:1:7 '\${IF}:0'`,
  ]);
});

test('strict checks from outside hold for the plain include', () => {
  const strict = { ...lenientIncludes, match: true };
  const loaded = loadText('include absent\n', { strictIncludes: strict });
  assert.deepEqual(codes(loaded), ['include.required']);
});

test('an unreadable file is skipped, and refused where it must be readable', () => {
  const files = { secret: { kind: 'unreadable', reason: 'EACCES' } } as const;
  assert.deepEqual(codes(load({ ...files, 'main.conf': 'include secret\n' })), ['include.skipped']);
  assert.deepEqual(codes(load({ ...files, 'main.conf': 'includer secret\n' })), [
    'include.required',
  ]);
});

test('the same seed gives the same random numbers, another one others', () => {
  const text = `numbers \${_RANDOM} \${_RANDOM} \${_RANDOM 1 6}\n`;
  const one = outline(loadText(text, { randomSeed: 7 }).statements);
  assert.equal(outline(loadText(text, { randomSeed: 7 }).statements), one);
  assert.notEqual(outline(loadText(text, { randomSeed: 8 }).statements), one);
});

test('a parameter that nobody defines is told once, and whether others have it', () => {
  const { diagnostics } = loadText('@elsewhere $A=1\na $A\na $A $B\nb $B\n');
  const told = diagnostics.filter(({ code }) => code === 'expand.unknown-name');
  assert.deepEqual(
    told.map(({ help }) => help?.replace(/@\S* /, '@own ')),
    [
      'it is defined for other configurations alone: write @own $A=text for this one',
      'define it above with $B=text',
    ],
  );
});

test('parameters that double one another end at the bound, once', () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `$A${index}=$A${index + 1} $A${index + 1}`,
  );
  const loaded = loadText(`${lines.join('\n')}\n$A40=ha\nuse $A0\nuse $A1\n`);
  assert.deepEqual(codes(loaded), ['expand.too-large']);
});

test('repetitions of repetitions end at the bound', () => {
  const loaded = loadText('~SEQ(a,1,9999) ~SEQ(b,1,9999) ~SEQ(c,1,9999) rule\nafter\n');
  assert.deepEqual(codes(loaded), ['expand.too-large']);
  assert.ok(loaded.statements.length <= limits.repetitions + 1);
});

test('braces beyond the bound are dropped with what they hold', () => {
  const depth = limits.blockDepth + 5;
  const loaded = loadText(`${'a {\n'.repeat(depth)}lost\n${'}\n'.repeat(depth)}kept\n`);
  assert.deepEqual(codes(loaded), ['syntax.too-deep']);
  assert.equal(loaded.statements.length, 2);
  assert.ok(!outline(loaded.statements).includes('lost'));
});

test('findings end at the bound, and the last says how many are missing', () => {
  const loaded = loadText('}\n'.repeat(limits.diagnostics + 7));
  assert.equal(loaded.diagnostics.length, limits.diagnostics + 1);
  assert.equal(loaded.diagnostics.at(-1)?.message, '7 more findings are not shown');
});

test('a line of 1023 bytes is what keepalived can read', () => {
  assert.deepEqual(codes(loadText(`${'x'.repeat(1023)}\n`)), []);
  assert.deepEqual(codes(loadText(`${'x'.repeat(1024)}\n`)), ['syntax.long-line']);
  assert.deepEqual(codes(loadText(`# ${'é'.repeat(511)}\n`)), ['syntax.long-line']);
});

test('a text as UTF-16 is told once', () => {
  assert.deepEqual(codes(loadText([...'global_defs {\n}\n'].join('\0'))), ['syntax.nul-byte']);
});

test('the reader asks for nothing but what the file names', () => {
  const asked: string[] = [];
  const inner = memoryReader({ 'main.conf': '@there include secret\n# include x\n' });
  const reader = {
    read: (path: string) => {
      asked.push(path);
      return inner.read(path);
    },
    list: (path: string) => inner.list(path),
  };
  load({}, { reader });
  assert.deepEqual(asked, ['main.conf']);
});
