/** What to say about a keyword that is not known here, about words too many, and about a keyword said twice. */
import type { BlockSchema, Keyword } from './schema.ts';
import type { Cursor } from './schema-value.ts';
import { present } from './schema-value.ts';
import { nearest } from './spelling.ts';
import type { Statement, Word } from './tree.ts';

export interface UnknownPlace {
  /** The block it stands in; undefined for one that holds values instead of keywords. */
  readonly schema: BlockSchema<unknown> | undefined;
  readonly root: BlockSchema<unknown>;
  /** What is used all the same: what stands in its block, or the block itself as one of a block further out. */
  readonly used: 'inside' | 'outside' | 'nowhere';
}

export function reportUnknown(cursor: Cursor, word: Word, place: UnknownPlace): void {
  const { schema, root } = place;
  const homes = homesOf(root, word.text);
  const here = schema === undefined ? 'a block of values' : pathOf(root, schema);
  const what = skipped(cursor.statement, place.used);
  if (homes.length > 0) {
    cursor.report(cursor, {
      code: 'language.misplaced-keyword',
      word,
      message: `${word.text} belongs in ${list(homes)}, this is ${here}; ${what}`,
      help:
        place.used === 'outside'
          ? 'look for a missing closing brace above it'
          : `move it into ${homes[0] ?? ''}`,
    });
    return;
  }
  const glued = /^([\w-]+)[=:]/.exec(word.text)?.[1];
  const near =
    glued !== undefined && schema?.keywords.has(glued) === true
      ? `${glued}, with a blank instead of the sign behind it`
      : nearest(word.text, schema?.keywords.keys() ?? []);
  const elsewhere = near === undefined ? nearElsewhere(root, word.text) : undefined;
  cursor.report(cursor, {
    code: 'language.unknown-keyword',
    word,
    message: `"${word.text}" is not a keyword of ${here}; ${what}`,
    help:
      near !== undefined
        ? `did you mean ${near}?`
        : (elsewhere ?? 'correct the spelling, or remove it'),
  });
}

function skipped(statement: Statement, used: UnknownPlace['used']): string {
  if (statement.block === undefined) return 'the line is skipped';
  switch (used) {
    case 'inside':
      return 'the blocks in it are used';
    case 'outside':
      return 'it is used as if the brace before it were there';
    case 'nowhere':
      return 'the whole block is skipped';
  }
}

function nearElsewhere(root: BlockSchema<unknown>, text: string): string | undefined {
  const near = nearest(text, indexOf(root).homes.keys());
  if (near === undefined) return undefined;
  return `did you mean ${near}? it belongs in ${list(homesOf(root, near))}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(' or ');
  return names.length > 3 ? `${shown} and others` : shown;
}

interface SchemaIndex {
  /** By keyword: the blocks it may stand in, outermost first. */
  readonly homes: ReadonlyMap<string, readonly string[]>;
  readonly paths: ReadonlyMap<BlockSchema<unknown>, string>;
}

const indexes = new WeakMap<BlockSchema<unknown>, SchemaIndex>();
const topLevel = 'the top level of the file';

function indexOf(root: BlockSchema<unknown>): SchemaIndex {
  const known = indexes.get(root);
  if (known !== undefined) return known;
  const homes = new Map<string, string[]>();
  const paths = new Map<BlockSchema<unknown>, string>();
  const visit = (schema: BlockSchema<unknown>, path: string): void => {
    if (paths.has(schema)) return;
    paths.set(schema, path);
    for (const [name, { field, alias }] of schema.keywords) {
      homes.set(name, [...(homes.get(name) ?? []), path]);
      if (field.kind === 'section' && alias === undefined) visit(field.block, name);
    }
  };
  visit(root, topLevel);
  const index = { homes, paths };
  indexes.set(root, index);
  return index;
}

function homesOf(root: BlockSchema<unknown>, name: string): readonly string[] {
  return indexOf(root).homes.get(name) ?? [];
}

function pathOf(root: BlockSchema<unknown>, schema: BlockSchema<unknown>): string {
  return indexOf(root).paths.get(schema) ?? 'this block';
}

export function reportExtra(cursor: Cursor, keyword: Keyword, word: Word): void {
  const flag = keyword.field.kind === 'scalar' && keyword.field.value === present;
  cursor.report(
    cursor,
    flag
      ? {
          code: 'language.flag-argument',
          word,
          message: `${keyword.name} takes no value; "${word.text}" is ignored and it is switched on`,
          help: `remove "${word.text}"; to leave ${keyword.name} off, remove the line`,
        }
      : {
          code: 'language.extra-words',
          word,
          message: `"${word.text}" stands after the end of ${keyword.name} and is ignored`,
          help: `remove it; ${keyword.name} takes ${syntaxOf(keyword) || 'no value'}`,
        },
  );
}

function syntaxOf(keyword: Keyword): string {
  const { field } = keyword;
  if (field.kind === 'section') return field.block.label?.value.syntax ?? '';
  return field.kind === 'lines' ? `a block of ${field.value.syntax}` : field.value.syntax;
}

export function reportRepeated(
  cursor: Cursor,
  keyword: Keyword,
  before: Statement,
  repeat: 'last' | 'first' | 'collect',
): void {
  const kept = repeat === 'first' ? 'the first value is kept' : 'the last value counts';
  cursor.report(cursor, {
    code: 'language.repeated-keyword',
    message: `${keyword.name} is written twice in this block; ${kept}`,
    cause: `keepalived keeps the ${repeat} one too`,
    related: [{ span: before.span, label: 'written here before' }],
    help: 'remove the line that is not meant',
  });
}

export function reportSecondList(
  cursor: Cursor,
  keyword: Keyword,
  first: Statement | undefined,
): void {
  cursor.report(cursor, {
    code: 'language.repeated-list',
    message: `${keyword.name} is written twice in this block; the first list is kept`,
    related: first === undefined ? [] : [{ span: first.span, label: 'the first begins here' }],
    help: 'write all entries into one block',
  });
}

export function missingBlock(cursor: Cursor, name: string, understood: boolean): void {
  cursor.report(cursor, {
    code: 'language.missing-block',
    message: `${name} opens a block, but no brace follows${
      understood ? '; what follows is taken as its contents' : ''
    }`,
    help: understood ? `write ${name} { … }` : `write ${name} { … }, or remove the line`,
  });
}

export function unexpectedBlock(cursor: Cursor, statement: Statement, name: string): void {
  cursor.report(cursor, {
    code: 'language.unexpected-block',
    span: statement.block?.open,
    message: `${name} does not open a block; what stands in the braces is skipped`,
    help: 'remove the braces, or use the keyword that opens this block',
  });
}
