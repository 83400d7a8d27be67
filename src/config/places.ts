/** Where each value of a model was written, kept beside the model so that the model stays plain data. */
import type { Span } from './source.ts';
import type { Statement, Word } from './tree.ts';

export interface Origin {
  /** The statement that opened the node; undefined for the root and for nodes that nobody wrote. */
  readonly statement: Statement | undefined;
  /** By field: the statement of a scalar, or for lists one statement for each entry. Unwritten fields are absent. */
  readonly fields: Record<string, Statement | Statement[]>;
  /** Fields that were written in a way that could not be used; that has been reported. */
  unread: readonly string[];
}

/** By node, that is by the object that stands for a block in the model. */
export interface Places {
  get(node: object): Origin | undefined;
  /** In the order in which their blocks were opened. */
  keys(): Iterable<object>;
}

/** The statement that wrote a field, or its entry `index` where it is a list; undefined when it is a default. */
export function statementOf(
  places: Places,
  node: object,
  key: string,
  index = 0,
): Statement | undefined {
  const written = places.get(node)?.fields[key];
  return Array.isArray(written) ? written[index] : written;
}

/** Whether somebody tried to write a field, and what was wrong with it has been told. */
export function isUnread(places: Places, node: object, key: string): boolean {
  return places.get(node)?.unread.includes(key) === true;
}

export function isWritten(places: Places, node: object, key: string): boolean {
  return places.get(node)?.fields[key] !== undefined;
}

/** The place of a field's value: its words after the keyword where there are any, else the keyword itself. */
export function placeOfValue(
  places: Places,
  node: object,
  key: string,
  index = 0,
): Span | undefined {
  const statement = statementOf(places, node, key, index);
  if (statement === undefined) return undefined;
  const first = statement.words[0];
  const isLine =
    first !== undefined && first.text !== key && Array.isArray(places.get(node)?.fields[key]);
  return spanOfWords(statement.words, isLine || statement.words.length < 2 ? 0 : 1);
}

/** Whether one keyword of a block stands before another, in one file. */
export function standsBefore(places: Places, node: object, key: string, other: string): boolean {
  const one = statementOf(places, node, key)?.span;
  const two = statementOf(places, node, other)?.span;
  if (one === undefined || two === undefined) return false;
  return one.source === two.source && one.start < two.start;
}

/** The header of the block that a node stands for: keyword and label. */
export function placeOfNode(places: Places, node: object): Span | undefined {
  const statement = places.get(node)?.statement;
  return statement === undefined ? undefined : spanOfWords(statement.words, 0);
}

/** From one word to the last, as far as they stand in one source. */
export function spanOfWords(words: readonly Word[], from: number): Span | undefined {
  const first = words[from];
  const last = words[words.length - 1];
  if (first === undefined || last === undefined) return undefined;
  if (last.span.source !== first.span.source || last.span.end < first.span.start) return first.span;
  return { source: first.span.source, start: first.span.start, end: last.span.end };
}
