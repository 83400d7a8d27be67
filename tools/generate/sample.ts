/** What a value of the table looks like in the model: found by reading examples. */
import { loadTree } from '../../src/config/load.ts';
import type { Scalar } from '../../src/config/schema.ts';
import { type Cursor, LINE_IS_IGNORED, type Value } from '../../src/config/schema-value.ts';
import type { Statement } from '../../src/config/tree.ts';
import { textOptions } from '../../src/language/read-text.ts';
import { valueForms } from '../../src/language/value-forms.ts';

/** Forms that no example of a keyword shows. */
const further: Readonly<Record<string, readonly string[]>> = {
  '<IP> [<PORT>] | fwmark <N> | group <NAME>': ['192.0.2.1', 'fwmark 7', 'group web'],
  '<IP>[-<LAST>] [<PORT>] | <IP>/<MASK> [<PORT>] | fwmark <N> [inet|inet6]': ['fwmark 7 inet6'],
  '[<TYPE>] <DST>[/<M>]|default': ['default'],
  '<PATH>|"<CMD ARGS>"': ['"</run/input"', '"a | b"'],
  '<PATH>|"<CMD ARGS>" [<USER> [<GROUP>]]': ['"</run/input"', '"a | b"'],
};

/** Whatever the examples of a value read as. */
export function samplesOf(value: Value<unknown>, example: string): readonly unknown[] {
  const form = Object.values(valueForms).find((each) => each.value === value);
  const leads = Object.values(form?.leads ?? {}).map((lead) => lead.example);
  const texts = [example, ...leads, ...(further[value.syntax] ?? [])];
  const read = texts.flatMap((text) => statementsOf(text).map((each) => readOne(value, each)));
  const bare = value.syntax.startsWith('[') ? [readOne(value, nothing)] : [];
  return [...read, ...bare].filter((each) => each !== undefined);
}

export function optionsOf({ options }: Value<unknown>): Readonly<Record<string, Scalar<unknown>>> {
  return (options ?? {}) as Readonly<Record<string, Scalar<unknown>>>;
}

/** The statement of a line, or those within braces. */
function statementsOf(text: string): readonly Statement[] {
  const inner = text.startsWith('{') ? text.slice(1, text.lastIndexOf('}')) : text;
  return loadTree(textOptions(inner)).statements;
}

const [first] = statementsOf('nothing');
const nothing: Statement = {
  words: [],
  block: undefined,
  span: first?.span ?? { source: 0 as Statement['span']['source'], start: 0, end: 0 },
};

function readOne(value: Value<unknown>, statement: Statement): unknown {
  const cursor: Cursor = {
    statement,
    words: statement.words,
    next: 0,
    part: 'line',
    loss: LINE_IS_IGNORED,
    siblings: new Set(),
    report: () => {},
    mention: () => {},
  };
  return value.read(cursor);
}
