/** The resolver over a small table of its own: repeats, blocks, places, and what it says about mistakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementCodes } from './codes-statement.ts';
import { valueCodes } from './codes-value.ts';
import { loadTree } from './load.ts';
import { lenientIncludes } from './load-options.ts';
import { placeOfValue } from './places.ts';
import { resolve } from './resolve.ts';
import { always, block, collected, flag, labelled, lines, many, one, scalar } from './schema.ts';
import { integer } from './schema-number.ts';
import { address, boolean, text } from './schema-word.ts';

const facts = { doc: 'A thing.', example: '1' };
const root = block({
  house: many(
    labelled('name', text('a name'), {
      size: scalar(integer({ min: 1, max: 9 }), { ...facts, fallback: 5, aliases: { width: {} } }),
      first: scalar(integer({ min: 1, max: 9 }), { ...facts, repeat: 'first' }),
      open: flag({ doc: 'Open.', undoes: 'shut' }),
      shut: flag({ doc: 'Shut.', undoes: 'open' }),
      lit: scalar(boolean, { ...facts }),
      doors: lines(address(), facts),
      names: lines(text('a name'), { ...facts, each: 'word' }),
      colours: collected(text('a colour'), facts),
      cellar: one(block({ depth: scalar(integer({ min: 0, max: 9 }), facts) }), facts),
    }),
    { ...facts, duplicate: 'refuse' },
  ),
  street: always(
    block({ length: scalar(integer({ min: 0, max: 99 }), { ...facts, fallback: 7 }) }),
    facts,
  ),
});

function read(source: string) {
  const tree = loadTree({
    path: 'a',
    workingDirectory: '/',
    configId: '',
    environment: {},
    instance: undefined,
    randomSeed: 1,
    strictIncludes: lenientIncludes,
    reader: { read: () => ({ ok: true, value: source }), list: () => [] },
  });
  const resolved = resolve(root, tree.statements, { ...valueCodes, ...statementCodes });
  return {
    ...resolved,
    codes: resolved.diagnostics.map(({ code }) => code.replace('language.', '')),
  };
}

function house(lines: string) {
  const result = read(`house a {\n${lines}\n}\n`);
  const [node] = result.model.house;
  assert.ok(node !== undefined);
  return { ...result, node };
}

test('what nobody wrote has its default, and no place', () => {
  const { node, places, model } = house('');
  assert.deepEqual(node, {
    name: 'a',
    size: 5,
    first: undefined,
    open: false,
    shut: false,
    lit: undefined,
    doors: [],
    names: [],
    colours: [],
    cellar: undefined,
  });
  assert.equal(model.street.length, 7);
  assert.equal(placeOfValue(places, node, 'size'), undefined);
});

test('the last of repeated scalars counts, or the first where it is declared so', () => {
  const { node, codes } = house('size 1\nwidth 2\nfirst 3\nfirst 4\nsize 2');
  assert.deepEqual([node.size, node.first], [2, 3]);
  assert.deepEqual(codes, ['repeated-keyword', 'repeated-keyword']);
});

test('a keyword undoes its opposite', () => {
  assert.deepEqual(house('open\nshut').node.open, false);
  assert.deepEqual(house('shut\nopen').node.shut, false);
});

test('lists gather over blocks and statements, with a place for each entry', () => {
  const source =
    'house a {\ndoors {\n10.0.0.1\n}\ndoors {\n10.0.0.2\n}\nnames {\nx y\nz\n}\ncolours red\ncolours blue\n}\n';
  const { model, places, codes } = read(source);
  const [node] = model.house;
  assert.ok(node !== undefined);
  assert.deepEqual(node.doors, ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(node.names, ['x', 'y', 'z']);
  assert.deepEqual(node.colours, ['red', 'blue']);
  const span = placeOfValue(places, node, 'doors', 1);
  assert.equal(source.slice(span?.start, span?.end), '10.0.0.2');
  assert.deepEqual(codes, []);
});

test('several statements on one line are all used', () => {
  const { node, codes } = house('size 3 first 4 cellar { depth 2 }');
  assert.deepEqual([node.size, node.first, node.cellar?.depth], [3, 4, 2]);
  assert.deepEqual(codes, ['joined-statements', 'joined-statements']);
});

test('a keyword is not taken for the value that another may have', () => {
  const { node, codes } = house('lit size 3');
  assert.deepEqual([node.lit, node.size], [true, 3]);
  assert.deepEqual(codes, ['joined-statements']);
});

test('several entries on one line are all used', () => {
  const { node, codes } = house('doors { 10.0.0.1 10.0.0.2 10.0.0.3 }');
  assert.equal(node.doors.length, 3);
  assert.deepEqual(codes, ['joined-entries']);
});

test('a block without braces takes what stands on its line', () => {
  const { node, codes } = house('doors 10.0.0.1\nsize 2');
  assert.deepEqual([node.doors, node.size], [['10.0.0.1'], 2]);
  assert.deepEqual(codes, ['missing-block']);
});

test('a section without a brace takes the statements that only it can mean', () => {
  const { node, codes } = house('cellar\ndepth 3\nsize 4');
  assert.deepEqual([node.cellar?.depth, node.size], [3, 4]);
  assert.deepEqual(codes, ['missing-block']);
});

test('an unknown block is skipped as a whole; the rest of its parent stays', () => {
  const { node, codes, diagnostics } = house('attic {\nsize 1\n}\nsize 8');
  assert.equal(node.size, 8);
  assert.deepEqual(codes, ['unknown-keyword']);
  assert.equal(diagnostics[0]?.help, 'correct the spelling, or remove it');
});

test('an unknown block at the top level hides no known one', () => {
  const { model, codes } = read('group x {\nhouse a {\nsize 2\n}\nnonsense\n}\n');
  assert.equal(model.house[0]?.size, 2);
  assert.deepEqual(codes, ['unknown-keyword', 'unknown-keyword']);
});

test('a misspelt keyword gets the nearest, a misplaced one its home', () => {
  assert.equal(house('szie 3').diagnostics[0]?.help, 'did you mean size?');
  const { diagnostics } = house('depth 3');
  assert.equal(diagnostics[0]?.code, 'language.misplaced-keyword');
  assert.match(diagnostics[0]?.message ?? '', /belongs in cellar, this is house/);
});

test('numbers: text behind them, other units, out of range, not one', () => {
  assert.equal(house('size 3x').node.size, 3);
  assert.equal(house('size 30').node.size, 5);
  assert.deepEqual(house('size many').codes, ['not-a-number']);
});

test('an argument that is missing is an error, a name that is missing is not', () => {
  const { diagnostics } = house('size');
  assert.deepEqual(
    [diagnostics[0]?.code, diagnostics[0]?.severity],
    ['language.missing-argument', 'error'],
  );
  assert.deepEqual(read('house {\n}\n').diagnostics[0]?.severity, 'warning');
});

test('booleans in other words are understood, with a warning', () => {
  assert.equal(house('lit').node.lit, true);
  assert.equal(house('lit no').node.lit, false);
  const { node, codes } = house('lit FALSE');
  assert.deepEqual([node.lit, codes], [false, ['not-a-boolean']]);
});

test('a second block of one name is refused, a second part of one block is added', () => {
  const { model, codes } = read(
    'house a {\nsize 1\n}\nhouse a {\nsize 2\n}\nstreet {\nlength 1\n}\nstreet {\n}\n',
  );
  assert.deepEqual([model.house.length, model.house[0]?.size, model.street.length], [1, 1, 1]);
  assert.deepEqual(codes, ['duplicate-block']);
});

test('a block behind a forgotten brace is read where it belongs', () => {
  const { model, codes, diagnostics } = read(
    'house a {\n cellar {\n  depth 3\n street {\n  length 9\n }\n house b {\n  size 2\n }\n}\n',
  );
  assert.equal(model.street.length, 9);
  assert.deepEqual(
    model.house.map(({ name, size }) => `${name} ${size}`),
    ['a 5', 'b 2'],
  );
  assert.equal(model.house[0]?.cellar?.depth, 3);
  assert.deepEqual(codes, ['misplaced-keyword', 'misplaced-keyword']);
  assert.match(diagnostics[0]?.message ?? '', /as if the brace before it were there/);
});

test('a block among values is read where it belongs', () => {
  const { model } = read('house a {\n doors {\n  10.0.0.1\n house b {\n  size 2\n }\n}\n');
  assert.deepEqual(model.house[0]?.doors, ['10.0.0.1']);
  assert.equal(model.house[1]?.name, 'b');
});

test('an argument that is missing behind an unknown block is no error, since keepalived has lost its place', () => {
  assert.deepEqual(read('house a {\n size\n}\n').codes, ['missing-argument']);
  assert.deepEqual(read('house a {\n roof {\n }\n size\n}\n').codes, [
    'unknown-keyword',
    'absent-argument',
  ]);
});
