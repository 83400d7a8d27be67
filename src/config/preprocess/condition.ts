/** Lines that hold for one configuration only: `@id text`, and `@^id text` for every other. */
import { report } from '../findings.ts';
import { type MappedText, placeOf, sliceMapped, trimMapped } from '../mapped-text.ts';
import type { Reading } from './state.ts';

export interface Conditioned {
  readonly applies: boolean;
  readonly rest: MappedText;
}

/** Takes all conditions from the start of a line; the comparison is exact. */
export function judgeConditions(reading: Reading, line: MappedText): Conditioned {
  let rest = line;
  let applies = true;
  while (rest.text.startsWith('@')) {
    const head = /^@(\^?)(\S*)\s*/.exec(rest.text);
    const mark = head?.[0] ?? '@';
    const id = head?.[2] ?? '';
    const isNegated = head?.[1] === '^';
    if (id === '') reportEmpty(reading, rest);
    if ((id === reading.options.configId) === isNegated) applies = false;
    rest = sliceMapped(rest, Math.min(mark.length, rest.text.length), rest.text.length);
  }
  return { applies, rest: trimMapped(rest) };
}

function reportEmpty(reading: Reading, line: MappedText): void {
  report(reading.findings, {
    code: 'expand.empty-condition',
    span: placeOf(line, 0, 1).span,
    message: 'this condition names no configuration',
    help: 'write the name directly behind the mark: @name or @^name',
  });
}
