/** docs/keywords.md: every keyword, whether anything acts on it, which tests write it, and what is other than in keepalived. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BlockChapter } from '../../src/config/keyword-facts.ts';
import { chaptersOf } from '../../src/config/keyword-facts.ts';
import type { Keyword } from '../../src/config/schema.ts';
import { root } from '../../src/language/sections/root.ts';
import { type Document, origin } from './document.ts';
import { differenceOf } from './keyword-differences.ts';
import { stillHold, usesOf } from './keyword-uses.ts';
import { titleOf } from './reference.ts';

const page = fileURLToPath(new URL('../../docs/keywords.md', import.meta.url));
let said: ReadonlyMap<string, string> = new Map();

export function keywordMatrix(): Document {
  said = readSaid();
  const chapters = chaptersOf(root).filter(({ schema }) => schema.declared.length > 0);
  const all = chapters.flatMap(({ schema }) => schema.declared);
  const idle = all.filter(({ field }) => field.effect === 'none').length;
  const text = [
    '# Keywords: built, tested, different',
    '',
    origin,
    '',
    `${all.length} keywords, of which ${all.length - idle} act. What each means is in the [reference](reference.md).`,
    '',
    'Tested by: one file of each kind that writes the keyword in its block. Beyond that, the example of every keyword is read, and what',
    'comes of it compared with what is recorded (`src/language/coverage.test.ts`).',
    'Different: an empty field means that it is meant to do what keepalived 2.4 does.',
    '',
    ...chapters.flatMap(chapterLines),
  ].join('\n');
  return { path: 'docs/keywords.md', text: `${text.trimEnd()}\n` };
}

function chapterLines(chapter: BlockChapter): readonly string[] {
  return [
    `## ${titleOf(chapter)}`,
    '',
    '| keyword | built | tested by | different from keepalived |',
    '| --- | --- | --- | --- |',
    ...chapter.schema.declared.map((keyword) => row(chapter, keyword)),
    '',
  ];
}

function row({ path, hasEffect }: BlockChapter, keyword: Keyword): string {
  const { field, name } = keyword;
  const tested = testedBy(path, keyword);
  return `| \`${name}\` | ${builtOf(keyword, hasEffect)} | ${tested} | ${differentOf()} |`;

  function differentOf(): string {
    if (field.extension === true) return 'keepalived does not know it';
    return (differenceOf(path, name) ?? '').replaceAll('|', '\\|');
  }
}

/**
 * What the page says already stays for as long as it is true: otherwise every new test would make it stale. Whoever wants
 * it all looked for anew deletes the page first.
 */
function testedBy(path: readonly string[], keyword: Keyword): string {
  const written = said.get([...path, keyword.name].join('/')) ?? '';
  const files = [...written.matchAll(/\(\.\.\/([^)]+)\)/g)].map(([, file = '']) => file);
  if (files.length > 0 && stillHold(files, path, keyword)) return written;
  const uses = usesOf(path, keyword).map(({ tier, path: file }) => `[${tier}](../${file})`);
  return uses.length > 0 ? uses.join(', ') : 'its example';
}

/** By block and keyword. */
function readSaid(): ReadonlyMap<string, string> {
  if (!existsSync(page)) return new Map();
  const said = new Map<string, string>();
  let block = '';
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    if (line.startsWith('## ')) block = line.slice(3) === 'Top level' ? '' : line.slice(3);
    const [, first] = /^\| `([^`]+)` /.exec(line) ?? [];
    const path = [...block.split(' / ').filter((part) => part !== ''), first ?? ''];
    if (first !== undefined) said.set(path.join('/'), line.split(' | ')[2] ?? '');
  }
  return said;
}

function builtOf({ field }: Keyword, hasEffect: boolean): string {
  if (hasEffect && field.effect !== 'none') return 'yes';
  return field.reason === undefined ? 'not yet' : `no: ${field.reason}`;
}
