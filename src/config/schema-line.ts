/** Values made of options: a lead such as an address, then words that each know what follows them. */
import type { Infer, Scalar } from './schema.ts';
import type { Cursor, Value } from './schema-value.ts';
import { advance, peek } from './schema-value.ts';
import { nearest } from './spelling.ts';
import type { Word } from './tree.ts';

type Options = Readonly<Record<string, Scalar<unknown>>>;
type Simplify<T> = { readonly [K in keyof T]: T[K] };
type LineOf<L, O> = Simplify<L & { readonly [K in keyof O]: Infer<O[K]> }>;

interface Shape<L, O extends Options> {
  /** What stands first. Its value's properties become properties of the line. */
  readonly lead: Value<L>;
  readonly options: O;
  readonly syntax?: string;
  /**
   * What becomes of the line when one of its options cannot be read: it is worth nothing in part. Without this the
   * option alone is ignored. Ends the message. An option that may stand several times is only one of several.
   */
  readonly whole?: string;
  /** What becomes of words that are not known where these cost nothing but themselves. Ends the message. */
  readonly rest?: string;
  /** Why what was read cannot be had as a whole, if so; `repeated` are the options that stand twice. */
  readonly flaw?: (value: LineOf<L, O>, repeated: readonly string[]) => string | undefined;
  /** An option whose keyword may be left out, and the words that tell it. */
  readonly bare?: { readonly key: keyof O & string; readonly begins: (word: Word) => boolean };
}

export function line<L extends object, O extends Options>(shape: Shape<L, O>): Value<LineOf<L, O>> {
  const table = optionTable(shape.options);
  const template: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(shape.options)) template[key] = option.fallback;
  const { lead } = shape;
  const newNode = nodesLike(template);
  const grammar = {
    table,
    begins: (word: Word) => lead.begins?.(word) === true,
    bare: bareOption(shape),
    whole: shape.whole,
    rest: shape.rest,
  };
  return {
    syntax: shape.syntax ?? `${lead.syntax} [<OPTION>...]`,
    options: shape.options,
    begins: grammar.begins,
    read(cursor) {
      const start = cursor.words[cursor.next];
      const first = lead.read(cursor);
      if (first === undefined) return undefined;
      const node = newNode(first as Readonly<Record<string, unknown>>);
      const read = readOptions(cursor, node, grammar);
      if (read === undefined || (read.count === 0 && lead.syntax === '')) return undefined;
      const value = node as unknown as LineOf<L, O>;
      const flaw = shape.flaw?.(value, read.repeated);
      if (flaw === undefined) return value;
      const message = `${flaw}; ${shape.whole ?? 'the line is ignored'}`;
      cursor.report(cursor, { code: 'language.unusable-line', word: start, message });
      return undefined;
    },
    write(value) {
      const parts = [lead.write(value as unknown as L)];
      for (const [key, option] of Object.entries(shape.options)) {
        parts.push(...writeOption(key, option, (value as Record<string, unknown>)[key]));
      }
      return parts.filter((part) => part !== '').join(' ');
    },
  };
}

type Node = Record<string, unknown>;

/**
 * Makes `{ ...first, ...template }`. That copies one object as a whole and the other property by property, so what came
 * of it is kept, and copied as a whole for the next one with the same keys.
 */
function nodesLike(template: Readonly<Node>): (first: Readonly<Node>) => Node {
  let last: Readonly<Node> = {};
  let count = -1;
  return (first) => {
    const keys = Object.keys(first);
    if (keys.length !== count || !keys.every((key) => key in last && !(key in template))) {
      last = { ...first, ...template };
      count = keys.length;
      return { ...last };
    }
    const node = { ...last };
    for (const key of keys) node[key] = first[key];
    return node;
  };
}

interface NamedOption {
  readonly key: string;
  readonly option: Scalar<unknown>;
}

function optionTable(options: Options): ReadonlyMap<string, NamedOption> {
  const table = new Map<string, NamedOption>();
  for (const [key, option] of Object.entries(options)) {
    table.set(key, { key, option });
    for (const name of Object.keys(option.aliases ?? {})) table.set(name, { key, option });
  }
  return table;
}

interface BareOption extends NamedOption {
  readonly begins: (word: Word) => boolean;
}

function bareOption<L, O extends Options>(shape: Shape<L, O>): BareOption | undefined {
  const { bare } = shape;
  const option = bare === undefined ? undefined : shape.options[bare.key];
  if (bare === undefined || option === undefined) return undefined;
  return { key: bare.key, option, begins: bare.begins };
}

interface Grammar {
  readonly table: ReadonlyMap<string, NamedOption>;
  readonly begins: (word: Word) => boolean;
  readonly bare: BareOption | undefined;
  readonly whole: string | undefined;
  readonly rest: string | undefined;
}

interface ReadOptions {
  readonly count: number;
  readonly repeated: readonly string[];
}

/** Reads options until the line ends or a word begins another entry; undefined when all is lost. */
function readOptions(
  cursor: Cursor,
  node: Record<string, unknown>,
  grammar: Grammar,
): ReadOptions | undefined {
  const { loss } = cursor;
  cursor.loss = grammar.whole ?? 'it is ignored';
  const read = eachOption(cursor, node, grammar);
  cursor.loss = loss;
  return read;
}

/** Unknown words are skipped, so that one run finds everything; those behind one belong to it and are not told again. */
function eachOption(
  cursor: Cursor,
  node: Record<string, unknown>,
  grammar: Grammar,
): ReadOptions | undefined {
  const repeated: string[] = [];
  let count = 0;
  let lost = false;
  let known = true;
  for (let word = peek(cursor); word !== undefined; word = peek(cursor)) {
    const named = grammar.table.get(word.text);
    if (named === undefined && known && grammar.begins(word)) break;
    const found = named ?? (grammar.bare?.begins(word) === true ? grammar.bare : undefined);
    if (named !== undefined || found === undefined) advance(cursor);
    if (found === undefined) {
      if (known) unknownWord(cursor, word, grammar);
      known = false;
      if (grammar.rest === undefined) lost = true;
      continue;
    }
    known = true;
    cursor.mention(cursor, word, found.option);
    const value = found.option.value.read(cursor);
    if (value === undefined) {
      if (found.option.repeat !== 'collect') lost = true;
      continue;
    }
    count += 1;
    const before = node[found.key];
    const isCollected = found.option.repeat === 'collect' && Array.isArray(before);
    if (!isCollected && before !== found.option.fallback) repeated.push(found.key);
    node[found.key] = isCollected ? [...before, value] : value;
  }
  return lost && grammar.whole !== undefined ? undefined : { count, repeated };
}

function writeOption(key: string, option: Scalar<unknown>, value: unknown): string[] {
  if (value === undefined || value === option.fallback) return [];
  if (option.repeat === 'collect' && Array.isArray(value)) {
    return value.map((each) => `${key} ${option.value.write(each)}`);
  }
  const words = option.value.write(value);
  return [words === '' ? key : `${key} ${words}`];
}

function unknownWord(cursor: Cursor, word: Word, { table, rest }: Grammar): void {
  const near = nearest(word.text, table.keys());
  cursor.report(cursor, {
    code: 'language.unknown-word',
    word,
    message: `"${word.text}" is not known here; ${rest ?? cursor.loss}`,
    help:
      near === undefined
        ? `known here are ${[...table.keys()].slice(0, 12).join(', ')}`
        : `did you mean ${near}?`,
  });
}

/** A lead of one value under one name. */
export function lead<K extends string, T>(
  key: K,
  value: Value<T>,
): Value<{ readonly [P in K]: T }> {
  return {
    ...value,
    read(cursor) {
      const read = value.read(cursor);
      return read === undefined ? undefined : ({ [key]: read } as { readonly [P in K]: T });
    },
    write: (node) => value.write(node[key]),
  };
}

/** A line without lead: only options. */
export const noLead: Value<object> = {
  syntax: '',
  read: () => ({}),
  write: () => '',
};
