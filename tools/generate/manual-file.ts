/** man/holdfast.conf.5: every keyword, by block. */

import { version } from '../../src/cli/version.ts';
import type { BlockChapter } from '../../src/config/keyword-facts.ts';
import { chaptersOf, keywordFacts } from '../../src/config/keyword-facts.ts';
import type { Keyword, Scalar } from '../../src/config/schema.ts';
import { root } from '../../src/language/sections/root.ts';
import { valueForms } from '../../src/language/value-forms.ts';
import type { Document } from './document.ts';
import { topics } from './reading.ts';
import { titleOf } from './reference.ts';
import { bold, heading, roff, section, subsection, tagged } from './roff.ts';

export function manualOfFile(): Document {
  const lines = [
    ...heading('HOLDFAST.CONF', 5, version),
    section('NAME'),
    roff('holdfast.conf - the configuration of holdfast, which is a keepalived.conf'),
    section('DESCRIPTION'),
    roff(
      'Read by holdfast(8) from the file that it is given, else from /etc/holdfast/holdfast.conf, else from /etc/keepalived/keepalived.conf.',
    ),
    roff('"holdfast check FILE" tells everything that is wrong with a file.'),
    section('HOW A FILE IS READ'),
    ...topics.flatMap(({ title, form, text }) =>
      tagged(bold(title), [roff(form), '.br', roff(text)]),
    ),
    section('BLOCKS AND KEYWORDS'),
    ...chaptersOf(root).flatMap(chapterLines),
    section('LINES'),
    ...Object.entries(valueForms).flatMap(([name, { doc, value }]) => [
      subsection(name),
      roff(`${doc} ${value.syntax}`),
      ...optionLines((value.options ?? {}) as Readonly<Record<string, Scalar<unknown>>>),
    ]),
    section('SEE ALSO'),
    `${bold('holdfast')}(8)`,
  ];
  return { path: 'man/holdfast.conf.5', text: `${lines.join('\n')}\n` };
}

function chapterLines(chapter: BlockChapter): readonly string[] {
  const { schema, keyword } = chapter;
  const { entries } = schema;
  const about = keyword === undefined ? [] : [roff(keywordFacts(keyword).doc)];
  const idle = chapter.hasEffect ? [] : [roff('Nothing in it has an effect yet.')];
  const inner =
    entries === undefined ? [] : tagged(bold(entries.field.doc), [roff(entries.field.example)]);
  return [
    subsection(titleOf(chapter)),
    ...about,
    ...idle,
    ...inner,
    ...schema.declared.flatMap(keywordLines),
  ];
}

function keywordLines(keyword: Keyword): readonly string[] {
  const { form, doc, notes, range, fallback } = keywordFacts(keyword);
  const limits = range === undefined ? '' : ` Range: ${range}.`;
  const sentence = `${[doc, ...notes].join(' ')}${limits} Default: ${fallback}.`;
  return tagged(bold(form), [roff(sentence)]);
}

function optionLines(options: Readonly<Record<string, Scalar<unknown>>>): readonly string[] {
  return Object.entries(options).flatMap(([name, { doc, value }]) =>
    tagged(bold(value.syntax === '' ? name : `${name} ${value.syntax}`), [roff(doc)]),
  );
}
