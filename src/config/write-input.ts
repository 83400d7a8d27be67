/** What somebody wrote as data becomes the text of a configuration; reading that text judges it. */
import type { Address } from '../base/address.ts';
import type { Duration } from '../base/units.ts';
import type { BlockSchema, Keyword, Lines, Scalar, Section } from './schema.ts';
import type { Value } from './schema-value.ts';
import { quoteWord } from './schema-value.ts';

type Node = Readonly<Record<string, unknown>>;

/**
 * The type of what may be given for a model of type `T`: everything may be left out but what identifies an entry; an
 * address is any string; instead of an object or a length of time its words may stand, as in a file.
 */
export type Input<T> = T extends Address
  ? string
  : T extends Duration
    ? Duration | string
    : T extends string | number | boolean | undefined
      ? T
      : T extends readonly (infer Entry)[]
        ? readonly Input<Entry>[]
        : T extends object
          ? string | InputNode<T>
          : T;

type Identity = 'name' | 'service' | 'endpoint' | 'address' | 'kind';

export type InputNode<T> = {
  readonly [K in keyof T as K extends Identity ? K : never]: Input<T[K]>;
} & {
  readonly [K in keyof T as K extends Identity ? never : K]?: Input<T[K]> | undefined;
};

const indentation = '    ';

/**
 * Lines in the order of the input. A string for a value that is no text stands as it is; a keyword that the schema
 * does not know is written too, so that the reader tells about it.
 */
export function writeInput(schema: BlockSchema<unknown>, input: object): string {
  return contents(schema, input as Node)
    .map((line) => `${line}\n`)
    .join('');
}

function contents(schema: BlockSchema<unknown>, node: Node): readonly string[] {
  const { entries, label } = schema;
  return Object.entries(node).flatMap(([key, value]): readonly string[] => {
    if (value === undefined || key === label?.key) return [];
    if (key === entries?.key && entries.field.kind === 'lines') {
      return entryLines(entries.field, value);
    }
    const keyword = schema.keywords.get(key);
    return keyword === undefined ? [unknown(key, value)] : field(keyword, value);
  });
}

function unknown(key: string, value: unknown): string {
  return typeof value === 'object' ? key : `${key} ${String(value)}`;
}

function field(keyword: Keyword, value: unknown): readonly string[] {
  const { name } = keyword;
  switch (keyword.field.kind) {
    case 'scalar':
      return scalarLines(name, keyword.field, value);
    case 'lines':
      return braced(name, entryLines(keyword.field, value));
    case 'section':
      return sectionLines(name, keyword.field, value);
  }
}

function scalarLines(name: string, { value, repeat }: Scalar<unknown>, given: unknown): string[] {
  if (repeat === 'collect') return listed(given).map((each) => statement(name, words(value, each)));
  // A bare keyword cannot say no; leaving it out does.
  if (given === false && value.syntax === '') return [];
  return [statement(name, words(value, given))];
}

function entryLines({ value }: Lines<unknown>, given: unknown): readonly string[] {
  return listed(given).map((each) => words(value, each));
}

function sectionLines(name: string, section: Section<unknown>, given: unknown): readonly string[] {
  const { label } = section.block;
  const nodes = section.count === 'many' ? listed(given) : [given];
  return nodes.flatMap((each) => {
    const node = (typeof each === 'object' && each !== null ? each : {}) as Node;
    const own = label === undefined ? undefined : node[label.key];
    const header = label === undefined || own === undefined ? '' : words(label.value, own);
    return braced(statement(name, header), contents(section.block, node));
  });
}

function listed(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

function words(value: Value<unknown>, given: unknown): string {
  if (typeof given !== 'string') return value.write(given);
  if (isText(value)) return quoteWord(given);
  return takesCommand(value) && /\s/.test(given) && !given.includes('"') ? `"${given}"` : given;
}

/** Whether several words are one value when they stand in quotes. */
function takesCommand({ syntax }: Value<unknown>): boolean {
  return syntax.startsWith('<PATH>|"');
}

/** Whether the words of a value are one word of any letters, which may need quotes. */
function isText(value: Value<unknown>): boolean {
  try {
    return value.write('a b') === quoteWord('a b');
  } catch {
    return false;
  }
}

function statement(name: string, rest: string): string {
  return rest === '' ? name : `${name} ${rest}`;
}

function braced(header: string, inner: readonly string[]): readonly string[] {
  return [`${header} {`, ...inner.map((line) => `${indentation}${line}`), '}'];
}
