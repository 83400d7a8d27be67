/** docs/no-effect-yet.md: what is read and does nothing. The page is to become empty. */
import { chaptersOf } from '../../src/config/keyword-facts.ts';
import { root } from '../../src/language/sections/root.ts';
import { type Document, origin } from './document.ts';
import { titleOf } from './reference.ts';

export function noEffectYet(): Document {
  const blocks: string[] = [];
  let idle = 0;
  let all = 0;
  for (const chapter of chaptersOf(root)) {
    const { schema, hasEffect } = chapter;
    all += schema.declared.length;
    const names = schema.declared
      .filter(({ field }) => !hasEffect || field.effect === 'none')
      .map(({ name }) => `\`${name}\``);
    idle += names.length;
    const whole = hasEffect ? '' : ' (the whole block)';
    if (names.length > 0) blocks.push(`## ${titleOf(chapter)}${whole}`, '', names.join(', '), '');
  }
  const text = [
    '# Keywords without effect',
    '',
    origin,
    '',
    `Of ${all} keywords these ${idle} are read, checked and kept, and nothing acts on them yet. \`holdfast check\` says so once for each.`,
    '',
    ...blocks,
  ].join('\n');
  return { path: 'docs/no-effect-yet.md', text: `${text.trimEnd()}\n` };
}
