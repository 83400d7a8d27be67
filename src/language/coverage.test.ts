/**
 * Every keyword and value form that keepalived has is in the table: declared, documented, with an example that reads
 * without complaint, and reads as recorded. `UPDATE_GOLDEN=1` records anew.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadTree } from '../config/load.ts';
import { resolve } from '../config/resolve.ts';
import type { BlockSchema, Keyword, Scalar } from '../config/schema.ts';
import { type Cursor, LINE_IS_IGNORED, type Problem, type Value } from '../config/schema-value.ts';
import { languageCodes } from './codes.ts';
import { readText, textOptions } from './read-text.ts';
import { root } from './sections/root.ts';
import { valueForms } from './value-forms.ts';

interface Row {
  readonly block: string;
  readonly keyword: string;
}

const factsUrl = new URL('../../test/facts/keywords.tsv', import.meta.url);
const goldenUrl = new URL('../../test/golden/keywords.json', import.meta.url);
const rows: readonly Row[] = readFileSync(factsUrl, 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((row) => {
    const [block = '', keyword = ''] = row.split('\t');
    return { block, keyword };
  });

interface Found {
  readonly keyword: Keyword;
  /** The keywords of the blocks around it, outermost first. */
  readonly around: readonly Keyword[];
}

function find({ block, keyword }: Row): Found {
  let schema: BlockSchema<unknown> = root;
  const around: Keyword[] = [];
  for (const name of block === '(root)' ? [] : block.split('/')) {
    const outer = schema.keywords.get(name);
    assert.ok(outer?.field.kind === 'section', `${name} of ${block} is declared as a block`);
    around.push(outer);
    schema = outer.field.block;
  }
  const found = schema.keywords.get(keyword);
  assert.ok(found !== undefined, `${keyword} of ${block} is declared`);
  return { keyword: found, around };
}

function exampleText({ keyword, around }: Found): string {
  const { field, name } = keyword;
  const body = field.kind === 'section' ? ' {\n}' : '';
  let text = `${name} ${field.example}${body}\n`;
  for (const outer of around.toReversed()) {
    text = `${outer.name} ${outer.field.example} {\n${text}}\n`;
  }
  return text;
}

function readValue(found: Found, text: string): unknown {
  const tree = loadTree(textOptions(text));
  const resolved = resolve(root, tree.statements, languageCodes);
  const complaints = [...tree.diagnostics, ...resolved.diagnostics].filter(
    ({ code }) => code !== 'language.no-effect-yet' && code !== 'language.deprecated',
  );
  assert.deepEqual(complaints, [], text);
  let node: unknown = resolved.model;
  for (const { key } of [...found.around, found.keyword]) {
    const value: unknown = (node as Record<string, unknown>)[key];
    const single = Array.isArray(value) && found.keyword.key !== key;
    node = single ? value[0] : value;
  }
  return node;
}

function readOne(value: Value<unknown>, example: string): unknown {
  const tree = loadTree(textOptions(example));
  const [statement] = tree.statements;
  assert.ok(statement !== undefined);
  const problems: Problem[] = [];
  const cursor: Cursor = {
    statement,
    words: statement.words,
    next: 0,
    part: 'line',
    loss: LINE_IS_IGNORED,
    siblings: new Set(),
    report: (_, problem) => problems.push(problem),
    mention: () => {},
  };
  const read = value.read(cursor);
  assert.deepEqual(problems, [], example);
  assert.equal(cursor.next, statement.words.length, `${example} is read to its end`);
  assert.ok(read !== undefined, `${example} is read`);
  return read;
}

/** What a value form says about one of its words. */
function formExample({ block, keyword }: Row): { readonly doc: string; readonly example: string } {
  const form = valueForms[block.slice('value:'.length)];
  assert.ok(form !== undefined, `${block} is declared`);
  const lead = form.leads[keyword];
  if (lead !== undefined) return lead;
  const options = (form.value.options ?? {}) as Readonly<Record<string, Scalar<unknown>>>;
  for (const [key, option] of Object.entries(options)) {
    if (key !== keyword && option.aliases?.[keyword] === undefined) continue;
    const written = `${keyword} ${option.example}`;
    return { doc: option.doc, example: completed(block.slice(6), key, written, option.doc).trim() };
  }
  return assert.fail(`${keyword} of ${block} is declared`);
}

const actions = /^(table|goto|l3mdev|nop|blackhole|unreachable|prohibit|type)$/;

/** What such a value cannot do without: an address or a destination before it, an action behind it. */
function completed(form: string, key: string, written: string, doc: string): string {
  if (form === 'address') return `192.0.2.1/24 ${written}`;
  if (form === 'rule') return actions.test(key) ? written : `${written} table 100`;
  if (form !== 'route' || key === 'to') return written;
  return `${doc.includes('(IPv6)') || key === 'pref' ? '2001:db8:1::/48' : '198.51.100.0/24'} ${written}`;
}

function readRow(row: Row): unknown {
  if (row.block.startsWith('value:')) {
    const { doc, example } = formExample(row);
    assert.match(doc, /^\S.*\.$/, `${row.keyword} of ${row.block} is documented`);
    return readOne(valueForms[row.block.slice(6)]?.value as Value<unknown>, example);
  }
  const found = find(row);
  assert.match(found.keyword.field.doc, /^\S.*\.$/, `${row.keyword} is documented in a sentence`);
  return readValue(found, exampleText(found));
}

test('the list of facts holds every keyword and value form', () => {
  assert.equal(rows.filter(({ block }) => !block.startsWith('value:')).length, 531);
  assert.equal(rows.filter(({ block }) => block.startsWith('value:')).length, 116);
});

test('every row is declared, documented, and its example reads as recorded', () => {
  const read: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const row of rows) {
    try {
      read[`${row.block} ${row.keyword}`] = readRow(row) ?? null;
    } catch (problem) {
      missing.push(`${row.block} ${row.keyword}: ${String(problem).slice(0, 300)}`);
    }
  }
  assert.deepEqual(missing, []);
  const text = `${JSON.stringify(read, null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN === '1' || !existsSync(goldenUrl)) writeFileSync(goldenUrl, text);
  assert.equal(text, readFileSync(goldenUrl, 'utf8'));
});

test('the examples of all fields read without complaint, those of our own extensions too', () => {
  const visit = (schema: BlockSchema<unknown>, around: readonly Keyword[]): void => {
    for (const keyword of schema.keywords.values()) {
      if (keyword.alias === undefined)
        readValue({ keyword, around }, exampleText({ keyword, around }));
      if (keyword.field.kind === 'section' && keyword.alias === undefined) {
        visit(keyword.field.block, [...around, keyword]);
      }
    }
  };
  visit(root, []);
});

test('what is accepted without effect is told once', () => {
  const { diagnostics } = readText('vrrp_instance A {\n debug 1\n debug 1\n}\n');
  const notes = diagnostics.filter(({ code }) => code === 'language.no-effect-yet');
  assert.deepEqual(
    notes.map(({ message }) => message.split(' ')[0]),
    ['debug'],
  );
});
