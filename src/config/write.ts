/** Model and table in, text out: what reads back as the same model. Defaults are left out. */
import { isEqual } from './equal.ts';
import type { BlockSchema, Keyword, Lines, Scalar, Section } from './schema.ts';

type Node = Readonly<Record<string, unknown>>;

const indentation = '    ';

/** The lines of a block's contents, without braces. Ends with a line end unless it is empty. */
export function writeBlock(schema: BlockSchema<unknown>, node: object): string {
  return contents(schema, node as Node)
    .map((line) => `${line}\n`)
    .join('');
}

function contents(schema: BlockSchema<unknown>, node: Node): readonly string[] {
  const { entries } = schema;
  if (entries?.field.kind === 'lines') return writeEntries(entries.field, node[entries.key]);
  const written: string[] = [];
  for (const keyword of schema.declared) {
    written.push(...writeField(keyword, node[keyword.key]));
  }
  return written;
}

function writeField(keyword: Keyword, value: unknown): readonly string[] {
  const { field, name } = keyword;
  switch (field.kind) {
    case 'scalar':
      return writeScalar(name, field, value);
    case 'lines': {
      const entries = writeEntries(field, value);
      return entries.length === 0 ? [] : braced(name, entries);
    }
    case 'section':
      return nodesOf(field, value).flatMap((node) => writeSection(name, field, node));
  }
}

function writeScalar(name: string, field: Scalar<unknown>, value: unknown): readonly string[] {
  if (field.repeat === 'collect') {
    return (value as readonly unknown[]).map((each) => statement(name, field.value.write(each)));
  }
  if (value === undefined || isEqual(value, field.fallback)) return [];
  return [statement(name, field.value.write(value))];
}

function writeEntries(field: Lines<unknown>, value: unknown): readonly string[] {
  return (value as readonly unknown[]).map((each) => field.value.write(each));
}

function nodesOf(field: Section<unknown>, value: unknown): readonly Node[] {
  if (field.count === 'many') return value as readonly Node[];
  if (value === undefined) return [];
  const node = value as Node;
  return field.count === 'always' && contents(field.block, node).length === 0 ? [] : [node];
}

function writeSection(name: string, field: Section<unknown>, node: Node): readonly string[] {
  const { label } = field.block;
  const header = label === undefined ? '' : label.value.write(node[label.key]);
  return braced(statement(name, header), contents(field.block, node));
}

function braced(header: string, inner: readonly string[]): readonly string[] {
  return [`${header} {`, ...inner.map((line) => `${indentation}${line}`), '}'];
}

function statement(name: string, words: string): string {
  return words === '' ? name : `${name} ${words}`;
}
