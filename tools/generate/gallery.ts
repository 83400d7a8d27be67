/** docs/gallery.md: real mistakes, with what keepalived says beside what Holdfast says. */
import { type Document, origin } from './document.ts';
import { type Mistake, mistakes, recordedVersion } from './mistakes.ts';

export function gallery(): Document {
  const all = mistakes();
  const silent = all.filter(({ keepalived }) => keepalived.lines.every((line) => line === ''));
  const text = [
    '# Gallery of mistakes',
    '',
    origin,
    '',
    `${all.length} mistakes that people make, each in a file of its own. ${recordedVersion()} says nothing about ${silent.length} of them. Its words are those of`,
    '`keepalived -t` on a host that has eth0 and eth1, repeated lines left out; those of Holdfast are what `holdfast check --host` prints there.',
    '',
    ...all.flatMap(entryLines),
  ].join('\n');
  return { path: 'docs/gallery.md', text: `${text.trimEnd()}\n` };
}

function entryLines({ name, title, text, keepalived, holdfast }: Mistake): readonly string[] {
  const shown = text.replace(/^\ufeff?#.*\n/, '');
  const said = keepalived.lines.filter((line) => line !== '');
  return [
    `## ${title}`,
    '',
    `\`${name}\``,
    '',
    ...fenced(shown),
    `keepalived (${keepalived.ended}):`,
    '',
    ...fenced(said.length === 0 ? '(nothing)' : said.join('\n')),
    'Holdfast:',
    '',
    ...fenced(holdfast),
  ];
}

function fenced(text: string): readonly string[] {
  return ['```', text.trimEnd(), '```', ''];
}
