/** The number that a tracked file holds: keepalived's rules. */

export type FileNumber =
  | { readonly kind: 'number'; readonly number: number }
  /** More than 32 bits: the file is as if it had not been written. */
  | { readonly kind: 'outside'; readonly text: string };

const least = -2_147_483_648n;
const most = 2_147_483_647n;

/** Decimal, `0x` hexadecimal, or octal after a leading 0; whatever is no number counts as 0. */
export function readNumber(content: string): FileNumber {
  const match = /^\s*([+-]?)(?:0[xX]([\da-fA-F]+)|(0[0-7]*)|([1-9]\d*))/.exec(content);
  if (match === null) return { kind: 'number', number: 0 };
  const [text, sign, hexadecimal, octal, decimal = '0'] = match;
  const magnitude = hexadecimal
    ? BigInt(`0x${hexadecimal}`)
    : octal
      ? BigInt(`0o0${octal}`)
      : BigInt(decimal);
  const exact = sign === '-' ? -magnitude : magnitude;
  if (exact < least || exact > most) return { kind: 'outside', text: text.trim() };
  return { kind: 'number', number: Number(exact) };
}
