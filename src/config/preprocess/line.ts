/**
 * What one line means, in this order: condition, definition, repetition, replacement of parameters, include,
 * statement. A directive may also follow a brace, as if the brace stood on a line of its own.
 */
import { noFindings, report } from '../findings.ts';
import { lexLine } from '../lexer.ts';
import { type MappedText, placeOf, sliceMapped, trimMapped } from '../mapped-text.ts';
import { addLine } from '../tree-builder.ts';
import { judgeConditions } from './condition.ts';
import { define, definitionOn } from './define.ts';
import { expandLine } from './expand.ts';
import { includeFiles, isInclude } from './include.ts';
import { repeat, repetitionOn } from './repeat.ts';
import { deeper, isSpent, type Reading, spendWords } from './state.ts';

/** Reads one line that has lost its comment already. */
export function readLine(reading: Reading, original: MappedText): void {
  let line = trimMapped(original);
  let tail: readonly MappedText[] = [];
  let isExpanded = false;
  for (;;) {
    const conditioned = judgeConditions(reading, line);
    if (!conditioned.applies) break;
    line = conditioned.rest;
    if (line.text === '' || isDirective(reading, line)) break;
    if (!isExpanded && line.text.includes('$')) {
      const split = directiveBehindBrace(reading, line);
      if (split !== undefined) {
        readLine(reading, sliceMapped(line, 0, split));
        readBehindBrace(reading, sliceMapped(line, split, line.text.length));
        break;
      }
      const expanded = expandLine(reading, line);
      line = trimMapped(expanded.line);
      tail = [...expanded.tail, ...tail];
      isExpanded = !expanded.restart;
      if (isSpent(reading)) break;
      continue;
    }
    if (isInclude(line.text)) includeFiles(reading, line);
    else addStatement(reading, line);
    break;
  }
  readTail(reading, tail);
}

/** The further lines of a definition, each a line of its own. */
function readTail(reading: Reading, tail: readonly MappedText[]): void {
  const first = tail[0];
  if (first === undefined) return;
  deeper(reading, placeOf(first, 0, 0).span, () => {
    for (const line of tail) {
      if (isSpent(reading)) return;
      readLine(reading, line);
    }
  });
}

/** Whether the line was a definition or a repetition, which then has been carried out. */
function isDirective(reading: Reading, line: MappedText): boolean {
  const definition = definitionOn(reading, line);
  if (definition !== undefined) {
    define(reading, definition.name, [definition.value]);
    return true;
  }
  if (!line.text.startsWith('~')) return false;
  const repetition = repetitionOn(line);
  if (repetition !== undefined) {
    repeat(reading, repetition, (rest) => readLine(reading, rest));
    return true;
  }
  if (!/^~(?:SEQx?|LST)\b/.test(line.text)) return false;
  report(reading.findings, {
    code: 'expand.repeat-form',
    span: placeOf(line, 0, line.text.length).span,
    message:
      'the parentheses of this repetition are missing or do not close, so the line is ignored',
    help: 'write ~SEQ(name, start, step, end) or ~LST(name, value, value)',
  });
  return true;
}

/** Parameters behind a directive wait for it: it may be what defines them. */
function directiveBehindBrace(reading: Reading, line: MappedText): number | undefined {
  const { text } = line;
  const source = reading.sources[0]?.id;
  if (source === undefined || !/[{}]\s*[@~$]/.test(text)) return undefined;
  const whole = { text, start: 0, end: text.length, source, mapped: line, comments: false };
  return lexLine(whole, noFindings()).directive;
}

function addStatement(reading: Reading, line: MappedText): void {
  const source = reading.files.at(-1)?.source.id ?? reading.sources[0]?.id;
  if (source === undefined) return;
  const { text } = line;
  const { tokens, directive } = lexLine(
    { text, start: 0, end: text.length, source, mapped: line, comments: false },
    reading.findings,
  );
  const isFew = spendWords(reading, tokens.length + 1, placeOf(line, 0, 1).span);
  if (isFew) addLine(reading.tree, tokens);
  if (directive !== undefined) {
    readBehindBrace(reading, sliceMapped(line, directive, text.length));
  }
}

/** An include ends at the brace that closes the block around it: `global_defs { include a.conf }`. */
export function readBehindBrace(reading: Reading, rest: MappedText): void {
  const close = isInclude(rest.text) ? unbalancedBrace(rest.text) : undefined;
  deeper(reading, placeOf(rest, 0, 1).span, () => {
    readLine(reading, close === undefined ? rest : sliceMapped(rest, 0, close));
    if (close !== undefined) readLine(reading, sliceMapped(rest, close, rest.text.length));
  });
}

function unbalancedBrace(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '{') depth += 1;
    else if (letter === '}') depth -= 1;
    if (depth < 0) return at;
  }
  return undefined;
}
