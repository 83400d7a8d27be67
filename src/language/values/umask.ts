/** File creation masks: a number of any base, or names of bits such as `IXUSR|IRWXG`, blanks around the bars or not. */
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand } from '../../config/schema-value.ts';

const bitNames: Readonly<Record<string, number>> = {
  IRUSR: 0o400,
  IWUSR: 0o200,
  IXUSR: 0o100,
  IRWXU: 0o700,
  IRGRP: 0o040,
  IWGRP: 0o020,
  IXGRP: 0o010,
  IRWXG: 0o070,
  IROTH: 0o004,
  IWOTH: 0o002,
  IXOTH: 0o001,
  IRWXO: 0o007,
};

export const umask: Value<number> = {
  syntax: '<NUM>|<BIT>[|<BIT>]...',
  range: `0..0777 or ${Object.keys(bitNames).join(', ')}`,
  read(cursor) {
    const word = demand(cursor, 'a mask');
    if (word === undefined) return undefined;
    const parts = [word];
    for (let next = advanceIfAny(cursor); next !== undefined; next = advanceIfAny(cursor)) {
      parts.push(next);
    }
    const text = parts.map((part) => part.text).join('');
    const mask = maskNumber(text) ?? bitsOf(text);
    if (mask !== undefined && mask <= 0o777) return mask;
    return notMask(cursor, text);
  },
  write: (mask) => `0${mask.toString(8)}`,
};

function notMask(cursor: Cursor, text: string): undefined {
  cursor.report(cursor, {
    code: 'language.wrong-form',
    word: cursor.words[cursor.next - 1],
    message: `"${text}" is not a mask of files; ${cursor.loss}`,
    help: `write an octal number such as 0177, or bits such as IXUSR|IRWXG; they are ${Object.keys(bitNames).join(', ')}`,
  });
  return undefined;
}

/** As strtoul(3) reads a number of any base. */
export function maskNumber(text: string): number | undefined {
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  if (/^(0[xX][0-9a-fA-F]+|[1-9][0-9]*)$/.test(text)) return Number(text);
  return undefined;
}

function bitsOf(text: string): number | undefined {
  let mask = 0;
  for (const part of text.split('|')) {
    const bits = bitNames[part.replace(/^S_/, '')];
    if (bits === undefined) return undefined;
    mask |= bits;
  }
  return mask;
}
