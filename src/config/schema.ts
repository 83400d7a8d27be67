/**
 * The vocabulary in which the language declares its keywords. A keyword is declared once; resolver, diagnostics,
 * manual, completion, formatter and plan read the declaration. Nothing here knows a keyword's name.
 */
import type { Value } from './schema-value.ts';
import { present } from './schema-value.ts';

/** What a reload does with a change: nothing, apply it in place, or restart what the keyword belongs to. */
export type ReloadClass = 'keep' | 'adjust' | 'restart';

/** Another spelling of a keyword; `deprecated` says what to write instead and why it was given up. */
export interface Alias {
  readonly deprecated?: string;
}

export interface Facts {
  /** One sentence. */
  readonly doc: string;
  /** What stands after the keyword in an example; a block's example is its header. Empty for a bare keyword. */
  readonly example: string;
  /** `adjust` when left out. */
  readonly reload?: ReloadClass;
  readonly aliases?: Readonly<Record<string, Alias>>;
  /** keepalived leaves the line out when nothing stands after the keyword; at all others it stops. */
  readonly bare?: 'ignored';
  /** Accepted and kept in the model, but nothing acts on it yet; or never will, where a `reason` is given. */
  readonly effect?: 'none';
  /** Why nothing acts on it here: half a sentence that follows "has no effect here:". */
  readonly reason?: string;
  /** Ours: keepalived does not know it. */
  readonly extension?: true;
  /** Why nobody should write it any more, and what to write instead. */
  readonly retired?: string;
  /** What applies when it is not written, where that is not one fixed value. */
  readonly otherwise?: string;
}

export interface Scalar<T> extends Facts {
  readonly kind: 'scalar';
  readonly value: Value<unknown>;
  readonly fallback: T;
  /** What a second statement of the same keyword does. */
  readonly repeat: 'last' | 'first' | 'collect';
  /** A keyword that this one switches off again. */
  readonly undoes: string | undefined;
  /** keepalived switches the keyword on even when `false` is written: how it says so. */
  readonly falseIgnored: string | undefined;
  readonly '~output'?: () => T;
}

export interface Lines<T> extends Facts {
  readonly kind: 'lines';
  readonly value: Value<unknown>;
  /** Whether every word is an entry, or every line. */
  readonly each: 'word' | 'line';
  /** Of several such blocks the first alone counts; otherwise the later ones add to it. */
  readonly repeat?: 'first';
  readonly '~output'?: () => readonly T[];
}

export interface Section<T> extends Facts {
  readonly kind: 'section';
  readonly block: BlockSchema<unknown>;
  /** many: each is a node of its own. one: repeats add to one node, absent is undefined. always: absent is defaults. */
  readonly count: 'many' | 'one' | 'always';
  /** What a second block with the same label does. */
  readonly duplicate: 'keep' | 'refuse';
  readonly '~output'?: () => T;
}

type AnyField = Scalar<unknown> | Lines<unknown> | Section<unknown>;
export type Fields = Readonly<Record<string, AnyField>>;

/** How one spelling of a keyword leads to its field. */
export interface Keyword {
  readonly name: string;
  /** The field's key in the model. */
  readonly key: string;
  readonly field: AnyField;
  readonly alias: Alias | undefined;
  /** There is something to tell whoever writes it: see `mention`. */
  readonly isTold: boolean;
}

export interface Label {
  readonly key: string;
  readonly value: Value<unknown>;
}

export interface BlockSchema<T> {
  readonly label: Label | undefined;
  readonly fields: Fields;
  /** Where the block holds lines instead of keywords: the field they go to. */
  readonly entries: Keyword | undefined;
  /** Every spelling, aliases included. */
  readonly keywords: ReadonlyMap<string, Keyword>;
  /** The keywords by their own names, in the order of declaration. */
  readonly declared: readonly Keyword[];
  /** A node in which nothing is written. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly '~output'?: () => T;
}

export type Infer<S> = S extends { readonly '~output'?: () => infer T } ? T : never;
export type InferFields<F> = { readonly [K in keyof F]: Infer<F[K]> };
type Simplify<T> = { readonly [K in keyof T]: T[K] };

interface ScalarOptions {
  readonly repeat?: 'last' | 'first';
  readonly undoes?: string;
  readonly falseIgnored?: string;
}

export function scalar<T>(
  value: Value<T>,
  facts: Facts & ScalarOptions & { readonly fallback: NoInfer<T> },
): Scalar<T>;
export function scalar<T>(value: Value<T>, facts: Facts & ScalarOptions): Scalar<T | undefined>;
export function scalar<T>(
  value: Value<T>,
  facts: Facts & ScalarOptions & { readonly fallback?: T },
): Scalar<T | undefined> {
  return {
    kind: 'scalar',
    repeat: 'last',
    undoes: undefined,
    falseIgnored: undefined,
    ...facts,
    fallback: facts.fallback,
    value,
  };
}

/** A keyword without arguments. */
export function flag(facts: Omit<Facts, 'example'> & ScalarOptions): Scalar<boolean> {
  return scalar(present, { ...facts, example: '', fallback: false });
}

/** A keyword that may be repeated; every statement adds one value. */
export function collected<T>(value: Value<T>, facts: Facts): Scalar<readonly T[]> {
  return {
    kind: 'scalar',
    undoes: undefined,
    falseIgnored: undefined,
    ...facts,
    repeat: 'collect',
    fallback: none,
    value,
  };
}

const none: readonly never[] = Object.freeze([]);

/** A block whose lines are values, not keywords: `virtual_ipaddress { … }`. */
export function lines<T>(
  value: Value<T>,
  facts: Facts & { readonly each?: 'word' | 'line'; readonly repeat?: 'first' },
): Lines<T> {
  return { kind: 'lines', each: 'line', ...facts, value };
}

/** A block that may stand several times, each time a node of its own. */
export function many<T>(
  schema: BlockSchema<T>,
  facts: Facts & { readonly duplicate?: 'keep' | 'refuse' },
): Section<readonly T[]> {
  return { kind: 'section', duplicate: 'keep', ...facts, count: 'many', block: schema };
}

/** A block of which there is at most one; further ones add to it. */
export function one<T>(schema: BlockSchema<T>, facts: Facts): Section<T | undefined> {
  return { kind: 'section', duplicate: 'keep', ...facts, count: 'one', block: schema };
}

/** A block that is there even when nobody writes it. */
export function always<T>(schema: BlockSchema<T>, facts: Facts): Section<T> {
  return { kind: 'section', duplicate: 'keep', ...facts, count: 'always', block: schema };
}

export function block<F extends Fields>(fields: F): BlockSchema<InferFields<F>> {
  return compile<InferFields<F>>(undefined, fields);
}

/** A block whose header carries a value: the name of an instance, the address of a service. */
export function labelled<K extends string, L, F extends Fields>(
  key: K,
  value: Value<L>,
  fields: F,
): BlockSchema<Simplify<{ readonly [P in K]: L } & InferFields<F>>> {
  return compile<Simplify<{ readonly [P in K]: L } & InferFields<F>>>({ key, value }, fields);
}

/** A block that has a label and holds lines instead of keywords; they become the list `key`. */
export function labelledLines<K extends string, L, E extends string, T>(
  label: { readonly key: K; readonly value: Value<L> },
  key: E,
  field: Lines<T>,
): BlockSchema<Simplify<{ readonly [P in K]: L } & { readonly [P in E]: readonly T[] }>> {
  const schema = compile<Simplify<{ readonly [P in K]: L } & { readonly [P in E]: readonly T[] }>>(
    label,
    {},
  );
  return {
    ...schema,
    entries: { name: key, key, field, alias: undefined, isTold: isTold(field) },
    template: { ...schema.template, [key]: none },
  };
}

function compile<T>(label: Label | undefined, fields: Fields): BlockSchema<T> {
  const keywords = new Map<string, Keyword>();
  const keys = Object.keys(fields);
  const template = emptyRecord(label === undefined ? keys : [label.key, ...keys]);
  for (const [key, field] of Object.entries(fields)) {
    keywords.set(key, { name: key, key, field, alias: undefined, isTold: isTold(field) });
    for (const [name, alias] of Object.entries(field.aliases ?? {})) {
      keywords.set(name, { name, key, field, alias, isTold: isTold(field) });
    }
    template[key] = unwritten(field);
  }
  const declared = [...keywords.values()].filter(({ alias }) => alias === undefined);
  return { label, fields, entries: undefined, keywords, declared, template };
}

function isTold({ aliases, effect, retired }: Facts): boolean {
  return aliases !== undefined || effect !== undefined || retired !== undefined;
}

/**
 * A record with all its keys from birth. Adding a score of keys one by one makes V8 keep the object as a
 * dictionary, and every node copied from it too: ten times slower to make, and several times larger.
 */
function emptyRecord(keys: readonly string[]): Record<string, unknown> {
  const record = JSON.parse(JSON.stringify(Object.fromEntries(keys.map((key) => [key, null]))));
  for (const key of keys) record[key] = undefined;
  return record;
}

/** The value of a field that nobody wrote. */
function unwritten(field: AnyField): unknown {
  if (field.kind === 'scalar') return field.fallback;
  if (field.kind === 'lines') return none;
  if (field.count === 'many') return none;
  return field.count === 'always' ? field.block.template : undefined;
}
