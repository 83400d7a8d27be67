/** What is told about a word: the table's entry of a keyword or an option, or where a name comes from. */
import { fallbackOfScalar, keywordFacts, rangeOf } from '../../config/keyword-facts.ts';
import type { Keyword, Scalar } from '../../config/schema.ts';
import type { Configuration } from '../../language/load.ts';
import { kindAt, namedBlocks } from './names.ts';
import type { Spot } from './spot.ts';

/** Markdown; undefined when there is nothing to tell. */
export function hoverAt(spot: Spot, configuration: Configuration): string | undefined {
  const { block, lines, before, word } = spot;
  const kind = kindAt(spot);
  if (kind !== undefined) {
    const known = namedBlocks(configuration).some(
      (each) => each.kind === kind && each.name === unquoted(word),
    );
    return known ? `\`${kind} ${word}\`` : `There is no \`${kind}\` of this name.`;
  }
  if (lines?.field.kind === 'lines') {
    const options = (lines.field.value.options ?? {}) as Readonly<Record<string, Scalar<unknown>>>;
    const option = options[word];
    return option === undefined ? markdownOf(lines) : optionMarkdown(word, option);
  }
  const keyword = block?.keywords.get(before[0] ?? word);
  return keyword === undefined ? undefined : markdownOf(keyword);
}

export function unquoted(word: string): string {
  return word.replaceAll('"', '');
}

export function markdownOf(keyword: Keyword): string {
  const { form, doc, notes, range, fallback, reload, example } = keywordFacts(keyword);
  const limits = range === undefined ? [] : [`- Range: ${range}`];
  return [
    `\`${form}\``,
    '',
    [doc, ...notes].join(' '),
    '',
    ...limits,
    `- Default: ${fallback}`,
    `- Reload: ${reload}`,
    '',
    '```',
    example,
    '```',
  ].join('\n');
}

function optionMarkdown(name: string, option: Scalar<unknown>): string {
  const range = rangeOf(option.value);
  const limits = range === undefined ? [] : [`- Range: ${range}`];
  return [
    `\`${`${name} ${option.value.syntax}`.trim()}\``,
    '',
    option.doc,
    '',
    ...limits,
    `- Default: ${fallbackOfScalar(option)}`,
  ].join('\n');
}
