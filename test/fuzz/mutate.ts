/** Spoils a text the way disks, editors and hurried people do. */
import type { Random } from '../../src/base/random.ts';

const inserts = [
  ...[
    '{',
    '}',
    '"',
    '\\',
    '#',
    '!',
    '\n',
    '\r\n',
    '\t',
    '$',
    '@',
    '~',
    '\0',
    '\u00a0',
    '\ufeff',
    '“',
  ],
  ...[
    '$A',
    '\n$A=$A\n',
    '\n$A=$B \\\n',
    '\n@id ',
    '\n@^id ',
    '\n~SEQ(i,1,3) ',
    '\n~LST(v,a,b) $v',
    '$i',
  ],
  ...[
    '\ninclude main.conf\n',
    '\ninclude *\n',
    `\${_PWD}`,
    `\${_RANDOM 1 2}`,
    '~SEQ(',
    '{@',
    '\\\n',
  ],
];

/** The text after one to eight changes: cut, doubled, swapped, inserted and flipped stretches. */
export function mutate(text: string, random: Random): string {
  let spoiled = text;
  for (let round = random.within(1, 8); round > 0; round -= 1) spoiled = once(spoiled, random);
  return spoiled;
}

function once(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + random.within(1, 40));
  const head = text.slice(0, at);
  const middle = text.slice(at, end);
  const tail = text.slice(end);
  switch (random.below(6)) {
    case 0:
      return head + tail;
    case 1:
      return head + middle + middle + tail;
    case 2:
      return head + random.pick(inserts) + middle + tail;
    case 3:
      return head + String.fromCharCode(random.below(0x250)) + tail;
    case 4:
      return head + [...middle].reverse().join('') + tail;
    default: {
      const from = random.below(text.length + 1);
      return head + text.slice(from, from + random.below(80)) + middle + tail;
    }
  }
}
