/** What may be written at a place: keywords of the block, choices, options of the line, names of blocks. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver/node';
import { keywordFacts } from '../../config/keyword-facts.ts';
import type { BlockSchema, Keyword, Scalar } from '../../config/schema.ts';
import type { Value } from '../../config/schema-value.ts';
import type { Configuration } from '../../language/load.ts';
import { markdownOf } from './hover.ts';
import { kindAt, namedBlocks } from './names.ts';
import type { Spot } from './spot.ts';

export function completionsAt(spot: Spot, configuration: Configuration): readonly CompletionItem[] {
  const { block, lines, before } = spot;
  const kind = kindAt(spot);
  if (kind !== undefined) {
    return namedBlocks(configuration)
      .filter((each) => each.kind === kind)
      .map(({ name }) => ({ label: name, kind: CompletionItemKind.Reference, detail: kind }));
  }
  if (lines?.field.kind === 'lines') return wordsOf(lines.field.value, before);
  if (block === undefined) return [];
  const keyword = block.keywords.get(before[0] ?? '');
  if (before.length === 0) return keywordsOf(block);
  return keyword?.field.kind === 'scalar' ? wordsOf(keyword.field.value, before.slice(1)) : [];
}

function keywordsOf(block: BlockSchema<unknown>): readonly CompletionItem[] {
  return block.declared.map((keyword) => ({
    label: keyword.name,
    kind: CompletionItemKind.Keyword,
    detail: keywordFacts(keyword).form,
    documentation: { kind: 'markdown', value: markdownOf(keyword) },
    insertText: insertionOf(keyword),
    ...(keyword.field.retired === undefined ? {} : { tags: [1] }),
  }));
}

/** A block comes with its braces, a keyword that takes words with a blank. */
function insertionOf({ field, name }: Keyword): string {
  switch (field.kind) {
    case 'section':
      return field.block.label === undefined ? `${name} {\n}` : `${name} `;
    case 'lines':
      return `${name} {\n}`;
    case 'scalar':
      return field.value.syntax === '' ? name : `${name} `;
  }
}

/** Choices, and the options of a line: behind an option its own choices. */
function wordsOf(value: Value<unknown>, before: readonly string[]): readonly CompletionItem[] {
  const options = (value.options ?? {}) as Readonly<Record<string, Scalar<unknown>>>;
  const last = options[before.at(-1) ?? ''];
  const choices = (last === undefined ? value.choices : last.value.choices) ?? [];
  const items: CompletionItem[] = choices.map((label) => ({
    label,
    kind: CompletionItemKind.EnumMember,
  }));
  if (last !== undefined && last.value.syntax !== '') return items;
  for (const [label, option] of Object.entries(options)) {
    const detail = `${label} ${option.value.syntax}`.trim();
    items.push({ label, kind: CompletionItemKind.Property, detail, documentation: option.doc });
  }
  return items;
}
