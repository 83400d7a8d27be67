/** `~SEQ`, `~SEQx` and `~LST`: the rest of the line once for each value. */
import { report } from '../findings.ts';
import { type MappedText, madeText, placeOf, sliceMapped, trimMapped } from '../mapped-text.ts';
import type { Span } from '../source.ts';
import { define } from './define.ts';
import { expandLine } from './expand.ts';
import { deeper, isSpent, type Reading, reportSpent, spend } from './state.ts';

export interface Repetition {
  readonly kind: 'SEQ' | 'SEQx' | 'LST';
  /** What stands between the parentheses. */
  readonly bounds: MappedText;
  readonly rest: MappedText;
  readonly span: Span;
}

/** The repetition at the start of the line, or undefined when the line starts with none. */
export function repetitionOn(line: MappedText): Repetition | undefined {
  const head = /^~(SEQx?|LST)\s*\(/.exec(line.text);
  if (head === null) return undefined;
  const open = head[0].length;
  const close = closingParenthesis(line.text, open);
  if (close === undefined) return undefined;
  const kind = head[1] === 'SEQ' ? 'SEQ' : head[1] === 'SEQx' ? 'SEQx' : 'LST';
  return {
    kind,
    bounds: sliceMapped(line, open, close),
    rest: trimMapped(sliceMapped(line, close + 1, line.text.length)),
    span: placeOf(line, 0, close + 1).span,
  };
}

function closingParenthesis(text: string, from: number): number | undefined {
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) isQuoted = !isQuoted;
    else if (code === 41 && !isQuoted) return at;
  }
  return undefined;
}

/** Calls `each` with the rest of the line once a round, the variables of the round defined. */
export function repeat(
  reading: Reading,
  repetition: Repetition,
  each: (rest: MappedText) => void,
): void {
  const rows =
    repetition.kind === 'LST' ? listRows(reading, repetition) : counted(reading, repetition);
  if (rows === undefined) return;
  deeper(reading, repetition.span, () => {
    reading.loops.push([...rows.names]);
    for (const row of rows.values()) {
      reading.repetitions -= 1;
      spend(reading, repetition.rest.text.length, repetition.span);
      if (reading.repetitions < 0) reportSpent(reading, repetition.span);
      if (isSpent(reading)) break;
      for (const [index, name] of rows.names.entries()) {
        define(reading, name, [row[index] ?? madeText('', repetition.span)]);
      }
      each(repetition.rest);
    }
    reading.loops.pop();
  });
}

interface Rows {
  readonly names: readonly string[];
  values(): Iterable<readonly MappedText[]>;
}

function counted(reading: Reading, repetition: Repetition): Rows | undefined {
  const bounds = expandBounds(reading, repetition.bounds);
  const parts = bounds.text.split(',').map((part) => part.trim());
  const [name = '', ...numbers] = parts;
  const isForm = /^\w+$/.test(name) && numbers.length >= 1 && numbers.length <= 3;
  if (!isForm || !numbers.every((number) => /^[+-]?\d{1,15}$/.test(number))) {
    reportForm(reading, repetition);
    return undefined;
  }
  const values = numbers.map(Number);
  const end = values.at(-1) ?? 0;
  const start = values.length > 1 ? (values[0] ?? 1) : 1;
  const step = values.length > 2 ? (values[1] ?? 1) : start <= end ? 1 : -1;
  const isHexadecimal = repetition.kind === 'SEQx';
  const endless = step === 0 || (start !== end && start < end !== step > 0);
  if (endless || (isHexadecimal && Math.min(start, end) < 0)) {
    reportBounds(reading, repetition, endless);
    return undefined;
  }
  const render = (value: number): string => (isHexadecimal ? value.toString(16) : String(value));
  return {
    names: [name],
    *values() {
      for (let value = start; step > 0 ? value <= end : value >= end; value += step) {
        yield [madeText(render(value), repetition.span)];
      }
    },
  };
}

function listRows(reading: Reading, repetition: Repetition): Rows | undefined {
  const items = splitList(expandBounds(reading, repetition.bounds));
  const [head, ...rows] = items;
  const names = head === undefined ? [] : groupOf(head).map((name) => name.text);
  if (names.length === 0 || rows.length === 0 || !names.every((name) => /^\w+$/.test(name))) {
    reportForm(reading, repetition);
    return undefined;
  }
  const isGrouped = head?.text.startsWith('{') ?? false;
  const values = rows.map((row) => (isGrouped ? groupOf(row) : [row]));
  for (const [index, row] of values.entries()) {
    if (row.length === names.length) continue;
    const item = rows[index] ?? repetition.bounds;
    report(reading.findings, {
      code: 'expand.list-arity',
      span: placeOf(item, 0, item.text.length).span,
      message: `this row has ${row.length} values for ${names.length} names`,
      help: `give it one value for each of ${names.join(', ')}`,
    });
  }
  return { names, values: () => values };
}

/** Items between commas outside braces and quotes. */
function splitList(list: MappedText): MappedText[] {
  const items: MappedText[] = [];
  let start = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at <= list.text.length; at += 1) {
    const letter = list.text.charAt(at);
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && letter === '{') depth += 1;
    else if (!isQuoted && letter === '}') depth -= 1;
    if (at < list.text.length && (letter !== ',' || depth > 0 || isQuoted)) continue;
    items.push(trimMapped(sliceMapped(list, start, at)));
    start = at + 1;
  }
  return items;
}

function groupOf(item: MappedText): MappedText[] {
  if (!item.text.startsWith('{') || !item.text.endsWith('}')) return [item];
  return splitList(sliceMapped(item, 1, item.text.length - 1));
}

function expandBounds(reading: Reading, bounds: MappedText): MappedText {
  let text = bounds;
  for (let round = 0; text.text.includes('$'); round += 1) {
    const expanded = expandLine(reading, text);
    text = expanded.line;
    if (!expanded.restart || round > 100) break;
  }
  return text;
}

function reportForm(reading: Reading, repetition: Repetition): void {
  report(reading.findings, {
    code: 'expand.repeat-form',
    span: repetition.span,
    message: `~${repetition.kind} cannot be read, so the line is ignored`,
    help:
      repetition.kind === 'LST'
        ? 'write ~LST(name, value, value) or ~LST({name, name}, {value, value})'
        : `write ~${repetition.kind}(name, start, step, end) with whole numbers; start and step may be left out`,
  });
}

function reportBounds(reading: Reading, repetition: Repetition, endless: boolean): void {
  report(reading.findings, {
    code: 'expand.repeat-bounds',
    span: repetition.span,
    message: endless
      ? 'the step does not lead from the start to the end, so the line is ignored'
      : '~SEQx counts from 0 upwards only, so the line is ignored',
    help: endless ? 'leave the step out, or turn its sign' : 'use ~SEQ for negative numbers',
  });
}
