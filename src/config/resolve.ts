/** Tree and table in, model out: every keyword read by its declaration, defaults filled in, places remembered. */
import type { CodeTable } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Places } from './places.ts';
import type { Resolution } from './resolution.ts';
import { newTarget, place, startResolution } from './resolution.ts';
import { adopt, contentsLost, knownInside } from './resolve-brace.ts';
import {
  missingBlock,
  reportExtra,
  reportSecondList,
  reportUnknown,
  unexpectedBlock,
} from './resolve-complaint.ts';
import { mention, newReporter, report } from './resolve-report.ts';
import { childOf, isSecond } from './resolve-section.ts';
import type { Target } from './resolve-store.ts';
import { append, store, unread } from './resolve-store.ts';
import type { BlockSchema, Keyword, Lines, Scalar, Section } from './schema.ts';
import type { Statement } from './tree.ts';

export interface Resolved<T> {
  readonly model: T;
  readonly places: Places;
  readonly diagnostics: readonly Diagnostic[];
}

/** `codes` holds a page for every code that a value of `schema` reports. Linear in the number of words. */
export function resolve<T>(
  schema: BlockSchema<T>,
  statements: readonly Statement[],
  codes: CodeTable,
): Resolved<T> {
  const reporter = newReporter(codes);
  const resolution = startResolution(schema, reporter);
  const target = newTarget(resolution, schema, undefined);
  resolveStatements(resolution, target, statements);
  return {
    model: target.node as T,
    places: resolution.places,
    diagnostics: reporter.diagnostics,
  };
}

function resolveStatements(
  resolution: Resolution,
  target: Target,
  statements: readonly Statement[],
): void {
  resolution.around.push(target);
  resolveInside(resolution, target, statements);
  resolution.around.pop();
}

function resolveInside(
  resolution: Resolution,
  target: Target,
  statements: readonly Statement[],
): void {
  const { entries } = target.schema;
  if (entries?.field.kind === 'lines') {
    for (const statement of statements) {
      resolveEntries(resolution, target, entries, { field: entries.field, statement });
    }
    return;
  }
  for (let at = 0; at < statements.length; at += 1) {
    const statement = statements[at];
    if (statement === undefined) continue;
    const keyword = target.schema.keywords.get(statement.words[0]?.text ?? '');
    if (keyword?.field.kind !== 'section' || statement.block !== undefined) {
      resolveStatement(resolution, target, statement, keyword);
      continue;
    }
    const lost = contentsLost(target.schema, keyword, statements, at);
    at += lost.length;
    const whole = lost.length === 0 ? statement : adopt(statement, lost);
    if (whole !== statement) resolution.adopted = whole;
    resolveStatement(resolution, target, whole, keyword);
  }
}

/** `keyword` is what the first word means here, if it means anything. */
function resolveStatement(
  resolution: Resolution,
  target: Target,
  statement: Statement,
  keyword: Keyword | undefined,
): void {
  const word = statement.words[0];
  if (word === undefined) return;
  const cursor = place(resolution.cursor, statement, 1);
  cursor.siblings = target.schema.keywords;
  if (keyword === undefined) {
    if (statement.block !== undefined) resolution.derailed = true;
    if (resolveOutside(resolution, statement, target.schema)) return;
    const known = knownInside(resolution.root, target.schema, statement);
    reportUnknown(cursor, word, {
      schema: target.schema,
      root: resolution.root,
      used: known.length > 0 ? 'inside' : 'nowhere',
    });
    resolveStatements(resolution, target, known);
    return;
  }
  if (keyword.isTold) mention(resolution.reporter, cursor, word, keyword.field);
  switch (keyword.field.kind) {
    case 'scalar':
      resolveScalar(resolution, target, keyword, keyword.field);
      break;
    case 'lines':
      resolveLines(resolution, target, keyword, keyword.field);
      break;
    case 'section':
      resolveSection(resolution, target, keyword, keyword.field);
      break;
  }
}

/**
 * A block that only a block further out knows shows that a brace is missing before it: it is read where it belongs.
 * `here` is undefined among values. False when there is no such block.
 */
function resolveOutside(
  resolution: Resolution,
  statement: Statement,
  here: BlockSchema<unknown> | undefined,
): boolean {
  const { around, cursor, root } = resolution;
  const word = statement.words[0];
  if (word === undefined || statement.block === undefined) return false;
  const level = around.findLastIndex(({ schema }) => opens(schema, word.text));
  const home = around[level];
  if (home === undefined) return false;
  resolution.derailed = true;
  reportUnknown(place(cursor, statement, 1), word, { schema: here, root, used: 'outside' });
  const inner = around.splice(level + 1);
  resolveStatement(resolution, home, statement, home.schema.keywords.get(word.text));
  around.push(...inner);
  return true;
}

/** Whether the word is a keyword there that has a block. */
function opens({ keywords }: BlockSchema<unknown>, word: string): boolean {
  const kind = keywords.get(word)?.field.kind;
  return kind === 'section' || kind === 'lines';
}

function resolveScalar(
  resolution: Resolution,
  target: Target,
  keyword: Keyword,
  field: Scalar<unknown>,
): void {
  const { cursor } = resolution;
  const { statement } = cursor;
  if (field.bare === 'ignored' || resolution.derailed) cursor.part = 'forgiven';
  const value = field.value.read(cursor);
  const stop = cursor.next;
  if (value !== undefined) store(cursor, target, keyword, value);
  else unread(target, keyword);
  const rest = statement.words[stop];
  const follows = rest !== undefined && target.schema.keywords.has(rest.text);
  if (rest !== undefined && follows && value !== undefined) {
    report(resolution.reporter, cursor, {
      code: 'language.joined-statements',
      word: rest,
      message: `${rest.text} stands on the line of ${keyword.name}; both are used`,
      help: `put ${rest.text} on a line of its own`,
    });
    const words = statement.words.slice(stop);
    const further = { words, block: statement.block, span: statement.span };
    resolveStatement(resolution, target, further, target.schema.keywords.get(rest.text));
    return;
  }
  if (rest !== undefined && value !== undefined) reportExtra(cursor, keyword, rest);
  if (statement.block !== undefined) unexpectedBlock(cursor, statement, keyword.name);
}

function resolveLines(
  resolution: Resolution,
  target: Target,
  keyword: Keyword,
  field: Lines<unknown>,
): void {
  const { cursor } = resolution;
  const { statement } = cursor;
  const header = statement.words[1];
  if (statement.block === undefined) {
    missingBlock(cursor, keyword.name, header !== undefined);
    if (header !== undefined) {
      const words = statement.words.slice(1);
      resolveEntries(resolution, target, keyword, {
        field,
        statement: { words, block: undefined, span: statement.span },
      });
    }
    return;
  }
  if (header !== undefined) reportExtra(cursor, keyword, header);
  const before = target.fields[keyword.key];
  if (field.repeat === 'first' && Array.isArray(before)) {
    reportSecondList(cursor, keyword, before[0]);
    return;
  }
  if (statement.block.statements.length === 0) {
    report(resolution.reporter, cursor, {
      code: 'language.empty-block',
      message: `${keyword.name} has nothing in its block`,
      help: 'write its entries, or remove it',
    });
    unread(target, keyword);
  }
  for (const entry of statement.block.statements) {
    if (resolveOutside(resolution, entry, undefined)) continue;
    resolveEntries(resolution, target, keyword, { field, statement: entry });
  }
}

interface EntryLine {
  readonly field: Lines<unknown>;
  readonly statement: Statement;
}

/** One line of a block of values: usually one entry, every word one where the field says so. */
function resolveEntries(
  resolution: Resolution,
  target: Target,
  keyword: Keyword,
  line: EntryLine,
): void {
  const { field, statement } = line;
  const cursor = place(resolution.cursor, statement, 0);
  let joined = false;
  while (cursor.next < statement.words.length) {
    const start = cursor.next;
    const value = field.value.read(cursor);
    if (cursor.next === start) cursor.next += 1;
    if (value !== undefined) {
      append(target, keyword.key, value, statement);
    } else {
      unread(target, keyword);
    }
    const rest = statement.words[cursor.next];
    if (rest === undefined || field.each === 'word') continue;
    if (field.value.begins?.(rest) !== true) {
      if (value !== undefined) reportExtra(cursor, keyword, rest);
      break;
    }
    if (!joined) {
      report(resolution.reporter, cursor, {
        code: 'language.joined-entries',
        word: rest,
        message: `${rest.text} is a second entry on this line of ${keyword.name}; all are used`,
        help: 'put it on a line of its own',
      });
    }
    joined = true;
  }
  if (statement.block !== undefined) {
    unexpectedBlock(cursor, statement, statement.words[0]?.text ?? keyword.name);
  }
}

function resolveSection(
  resolution: Resolution,
  target: Target,
  keyword: Keyword,
  field: Section<unknown>,
): void {
  const { cursor } = resolution;
  const { statement } = cursor;
  const { label } = field.block;
  cursor.part = 'label';
  const name = label?.value.read(cursor);
  if (label !== undefined && name === undefined) return;
  const rest = statement.words[cursor.next];
  if (rest !== undefined) reportExtra(cursor, keyword, rest);
  if (statement.block === undefined || statement === resolution.adopted) {
    missingBlock(cursor, keyword.name, statement.block !== undefined);
  }
  if (label !== undefined && isSecond(resolution, keyword, field, name)) return;
  const child = childOf(resolution, target, keyword, field);
  if (label !== undefined) child.node[label.key] = name;
  const mute = field.effect === 'none' ? 1 : 0;
  resolution.reporter.muted += mute;
  resolveStatements(resolution, child, statement.block?.statements ?? []);
  resolution.reporter.muted -= mute;
}
