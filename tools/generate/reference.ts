/** docs/reference.md: every keyword, by block. */
import type { BlockChapter } from '../../src/config/keyword-facts.ts';
import {
  chaptersOf,
  fallbackOfScalar,
  keywordFacts,
  rangeOf,
} from '../../src/config/keyword-facts.ts';
import type { Keyword, Scalar } from '../../src/config/schema.ts';
import type { Value } from '../../src/config/schema-value.ts';
import { root } from '../../src/language/sections/root.ts';
import { type ValueForm, valueForms } from '../../src/language/value-forms.ts';
import { type Document, origin } from './document.ts';
import { topics } from './reading.ts';

export function reference(): Document {
  const chapters = chaptersOf(root);
  const text = [
    '# Reference of the configuration language',
    '',
    origin,
    '',
    'Times are in the unit that is named beside them. A default in the words of another keyword means: what that one says.',
    'Keywords that are read and do nothing yet are also listed in [no-effect-yet.md](no-effect-yet.md).',
    '',
    '## Contents',
    '',
    '- [How a file is read](#how-a-file-is-read)',
    ...chapters.map((chapter) => `- [${titleOf(chapter)}](#${anchorOf(titleOf(chapter))})`),
    ...Object.keys(valueForms).map((name) => `- [Form: ${name}](#${anchorOf(`Form: ${name}`)})`),
    '',
    '## How a file is read',
    '',
    ...topics.flatMap(({ title, form, text: words }) => [
      `### ${title}`,
      '',
      code(form),
      '',
      words,
      '',
    ]),
    ...chapters.flatMap(chapterLines),
    ...Object.entries(valueForms).flatMap(([name, form]) => formLines(name, form)),
  ].join('\n');
  return { path: 'docs/reference.md', text: `${text.trimEnd()}\n` };
}

export function titleOf({ path }: BlockChapter): string {
  return path.length === 0 ? 'Top level' : path.join(' / ');
}

/** As the usual renderers of Markdown make it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function code(text: string): string {
  return `\`${text}\``;
}

function chapterLines(chapter: BlockChapter): readonly string[] {
  const { keyword, schema } = chapter;
  const lines = [`## ${titleOf(chapter)}`, ''];
  if (keyword !== undefined) {
    const facts = keywordFacts(keyword);
    lines.push(`${facts.doc} ${code(facts.form)}`, '');
    if (!chapter.hasEffect) lines.push('Nothing in it has an effect yet.', '');
  }
  const { entries } = schema;
  if (entries !== undefined) lines.push(...keywordLines({ ...entries, name: 'its lines' }));
  return [...lines, ...schema.declared.flatMap(keywordLines)];
}

function keywordLines(keyword: Keyword): readonly string[] {
  const { doc, form, range, fallback, reload, example, notes } = keywordFacts(keyword);
  const { field } = keyword;
  const lines = [`### ${code(keyword.name)}`, '', [doc, ...notes].join(' '), ''];
  lines.push(`- Form: ${code(form)}${shared(keyword)}`);
  if (range !== undefined) lines.push(`- Range: ${range}`);
  lines.push(`- Default: ${fallback}`, `- Reload: ${reload}`, '');
  if (field.kind !== 'section') {
    lines.push('```', example, '```', '');
    if (sharedName(field.value) === undefined) lines.push(...optionLines(field.value));
  }
  return lines;
}

function sharedName(value: Value<unknown>): string | undefined {
  return Object.entries(valueForms).find(([, form]) => form.value === value)?.[0];
}

function shared({ field }: Keyword): string {
  const name = field.kind === 'section' ? undefined : sharedName(field.value);
  return name === undefined ? '' : `, see [${name}](#${anchorOf(`Form: ${name}`)})`;
}

function optionLines({ options }: Value<unknown>): readonly string[] {
  const entries = Object.entries((options ?? {}) as Readonly<Record<string, Scalar<unknown>>>);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, option]) => {
    const { value, doc, retired } = option;
    const names = [name, ...Object.keys(option.aliases ?? {})].map(code).join(', ');
    const form = value.syntax === '' ? '' : code(value.syntax);
    const words = retired === undefined ? doc : `${doc} Deprecated: ${retired}.`;
    return [names, form, rangeOf(value) ?? '', fallbackOfScalar(option), words]
      .map(cell)
      .join(' | ');
  });
  return [
    '| option | form | range | default | what it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function formLines(name: string, { value, doc, leads }: ValueForm): readonly string[] {
  const lines = [`## Form: ${name}`, '', `${doc} ${code(value.syntax)}`, ''];
  for (const [lead, { doc: words, example }] of Object.entries(leads)) {
    lines.push(`- ${code(lead)}: ${words} Example: ${code(example)}`);
  }
  if (Object.keys(leads).length > 0) lines.push('');
  return [...lines, ...optionLines(value)];
}
