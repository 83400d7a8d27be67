/** Definitions of parameters: `$NAME=text`, the text kept as it is until it is used. */
import { report } from '../findings.ts';
import { type MappedText, placeOf, sliceMapped, trimMapped } from '../mapped-text.ts';
import type { Reading } from './state.ts';

export interface DefinitionStart {
  readonly name: string;
  readonly value: MappedText;
}

const pattern = /^\$(\w+)(\s*)=/;

/** The definition that starts on this line, if one does. */
export function definitionOn(reading: Reading, line: MappedText): DefinitionStart | undefined {
  if (!line.text.startsWith('$')) return undefined;
  const match = pattern.exec(line.text);
  const name = match?.[1];
  if (match === null || name === undefined) return undefined;
  if (match[2] !== '') {
    if (reading.definitions.has(name)) return undefined;
    report(reading.findings, {
      code: 'expand.blank-before-equals',
      span: placeOf(line, 0, match[0].length).span,
      message: `a blank stands before the equals sign; understood as the definition of $${name}`,
      help: `write $${name}=`,
    });
  }
  const value = trimMapped(sliceMapped(line, match[0].length, line.text.length));
  return { name, value };
}

export function define(reading: Reading, name: string, lines: readonly MappedText[]): void {
  reading.definitions.set(name, { name, lines });
}
