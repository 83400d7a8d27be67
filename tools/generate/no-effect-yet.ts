/** docs/no-effect-yet.md: what is read and does nothing, and why. Nothing may stand on it without a reason. */
import { chaptersOf } from '../../src/config/keyword-facts.ts';
import { root } from '../../src/language/sections/root.ts';
import { type Document, origin } from './document.ts';
import { titleOf } from './reference.ts';

export interface IdleKeyword {
  readonly block: string;
  readonly name: string;
  /** undefined: it is to be built. */
  readonly reason: string | undefined;
}

/** In the order of the table. */
export function idleKeywords(): readonly IdleKeyword[] {
  return chaptersOf(root).flatMap((chapter) =>
    chapter.schema.declared
      .filter(({ field }) => !chapter.hasEffect || field.effect === 'none')
      .map(({ name, field }) => ({ block: titleOf(chapter), name, reason: field.reason })),
  );
}

export function noEffectYet(): Document {
  const idle = idleKeywords();
  const all = chaptersOf(root).reduce((sum, { schema }) => sum + schema.declared.length, 0);
  const left = idle.filter(({ reason }) => reason === undefined);
  const text = [
    '# Keywords without effect',
    '',
    origin,
    '',
    `Of ${all} keywords these ${idle.length} are read, checked and kept, and nothing acts on them. \`holdfast check\` says so once for each.`,
    '',
    '| keyword | block | why |',
    '| --- | --- | --- |',
    ...idle.map(
      ({ name, block, reason }) => `| \`${name}\` | ${block} | ${reason ?? 'not built yet'} |`,
    ),
    '',
    ...(left.length > 0 ? [`${left.length} of them are still to be built.`, ''] : []),
  ].join('\n');
  return { path: 'docs/no-effect-yet.md', text: `${text.trimEnd()}\n` };
}
