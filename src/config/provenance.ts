/** Model, places and table in, rows out: every value with where it comes from, in the order of the table. */
import type { Places } from './places.ts';
import { statementOf } from './places.ts';
import type { BlockSchema, Keyword, Lines, Scalar, Section } from './schema.ts';
import type { Span } from './source.ts';
import type { Statement } from './tree.ts';

type Origin = { readonly kind: 'written'; readonly at: Span } | { readonly kind: 'default' };

export type Provenance =
  /** Written there; or not written, with one default. */
  | Origin
  /** Nobody wrote it, and what applies depends on something else: `rule` says on what. */
  | { readonly kind: 'rule'; readonly rule: string }
  /** Nobody wrote it, and it is what another keyword says. */
  | { readonly kind: 'inherited'; readonly through: string; readonly from: Origin };

export type ProvenanceRow =
  /** `words` stand behind the keyword; empty for a bare one. `value` is the model's, undefined under a rule. */
  | {
      readonly kind: 'value';
      readonly keyword: string;
      readonly words: string;
      readonly value: unknown;
      readonly from: Provenance;
    }
  | {
      readonly kind: 'lines';
      readonly keyword: string;
      readonly at: Span | undefined;
      readonly entries: readonly ProvenanceEntry[];
    }
  | { readonly kind: 'block'; readonly block: ProvenanceBlock };

export interface ProvenanceEntry {
  readonly words: string;
  readonly value: unknown;
  readonly at: Span | undefined;
}

export interface ProvenanceBlock {
  readonly keyword: string;
  /** The words of its header; empty without one. */
  readonly label: string;
  /** undefined for the root, and for a block that is there although nobody wrote it. */
  readonly at: Span | undefined;
  readonly rows: readonly ProvenanceRow[];
}

type Node = Readonly<Record<string, unknown>>;

/** The whole of a model. What is neither written nor has a default is left out. */
export function provenanceOf(
  schema: BlockSchema<unknown>,
  model: object,
  places: Places,
): ProvenanceBlock {
  return { keyword: '', label: '', at: undefined, rows: rowsOf(schema, model as Node, places) };
}

function rowsOf(
  schema: BlockSchema<unknown>,
  node: Node,
  places: Places,
): readonly ProvenanceRow[] {
  const { entries } = schema;
  if (entries?.field.kind === 'lines') {
    return linesRow(entries, entries.field, { node, places });
  }
  return schema.declared.flatMap((keyword) => fieldRows(keyword, { node, places }));
}

function fieldRows(keyword: Keyword, within: Within): readonly ProvenanceRow[] {
  const { field } = keyword;
  switch (field.kind) {
    case 'scalar':
      return scalarRows(keyword, field, within);
    case 'lines':
      return linesRow(keyword, field, within);
    case 'section':
      return sectionRows(keyword, field, within);
  }
}

interface Within {
  readonly node: Node;
  readonly places: Places;
}

function placeOf(statement: Statement | undefined): Span | undefined {
  return statement?.words[0]?.span;
}

function scalarRows(
  { name, key }: Keyword,
  field: Scalar<unknown>,
  { node, places }: Within,
): readonly ProvenanceRow[] {
  const value = node[key];
  if (field.repeat === 'collect') {
    return (value as readonly unknown[]).map((each, index) => {
      const at = placeOf(statementOf(places, node, key, index));
      const from: Provenance = at === undefined ? { kind: 'default' } : { kind: 'written', at };
      return { kind: 'value', keyword: name, words: field.value.write(each), value: each, from };
    });
  }
  const at = placeOf(statementOf(places, node, key));
  if (at !== undefined && value !== undefined) {
    const words = field.value.write(value);
    return [{ kind: 'value', keyword: name, words, value, from: { kind: 'written', at } }];
  }
  if (value !== undefined && value !== false) {
    const words = field.value.write(value);
    return [{ kind: 'value', keyword: name, words, value, from: { kind: 'default' } }];
  }
  const { otherwise } = field;
  if (value === undefined && otherwise !== undefined) {
    const from: Provenance = { kind: 'rule', rule: otherwise };
    return [{ kind: 'value', keyword: name, words: '', value: undefined, from }];
  }
  return [];
}

function linesRow(
  { name, key }: Keyword,
  field: Lines<unknown>,
  { node, places }: Within,
): readonly ProvenanceRow[] {
  const values = node[key] as readonly unknown[];
  if (values.length === 0) return [];
  const entries = values.map((value, index) => ({
    words: field.value.write(value),
    value,
    at: placeOf(statementOf(places, node, key, index)),
  }));
  return [{ kind: 'lines', keyword: name, at: entries[0]?.at, entries }];
}

function sectionRows(
  { name, key }: Keyword,
  field: Section<unknown>,
  { node, places }: Within,
): readonly ProvenanceRow[] {
  const value = node[key];
  const nodes = field.count === 'many' ? (value as readonly Node[]) : [value as Node | undefined];
  return nodes.flatMap((child): readonly ProvenanceRow[] => {
    if (child === undefined) return [];
    const { label } = field.block;
    const block = {
      keyword: name,
      label: label === undefined ? '' : label.value.write(child[label.key]),
      at: placeOf(places.get(child)?.statement),
      rows: rowsOf(field.block, child, places),
    };
    return [{ kind: 'block', block }];
  });
}
