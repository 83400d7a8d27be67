/** The secrets of `authentication` and `auth_hmac`. */

import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { demand, quoteWord } from '../../config/schema-value.ts';

/** The secret as written; the wire carries its first eight bytes. */
export const password: Value<string> = {
  syntax: '<STRING>',
  range: 'at most 8 bytes',
  read(cursor) {
    const word = demand(cursor, 'a password');
    if (word === undefined) return undefined;
    if (word.text.length > 8) {
      cursor.report(cursor, {
        code: 'vrrp.password-too-long',
        word,
        // Messages go to journals, where a secret has no place.
        message: `the password is cut to its first 8 characters; ${word.text.length - 8} more are never compared`,
        help: 'shorten it to 8 characters on all routers; what stands behind them protects nothing',
      });
    }
    return word.text;
  },
  write: quoteWord,
};

export interface SigningKey {
  readonly id: number;
  readonly secret:
    | { readonly kind: 'hex'; readonly digits: string }
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'text'; readonly text: string };
}

export const keyId = integer({ min: 1, max: 255 });

export const signingKey: Value<SigningKey> = {
  syntax: '<ID> hex:<HEX>|file:<PATH>|<TEXT>',
  range: 'ID 1..255; 32..64 bytes',
  read(cursor) {
    const id = keyId.read(cursor);
    if (id === undefined) return undefined;
    const word = demand(cursor, 'the key');
    if (word === undefined) return undefined;
    if (word.text.startsWith('hex:')) {
      return { id, secret: { kind: 'hex', digits: word.text.slice(4) } };
    }
    if (word.text.startsWith('file:')) {
      return { id, secret: { kind: 'file', path: word.text.slice(5) } };
    }
    return { id, secret: { kind: 'text', text: word.text } };
  },
  write({ id, secret }) {
    switch (secret.kind) {
      case 'hex':
        return `${id} hex:${secret.digits}`;
      case 'file':
        return `${id} ${quoteWord(`file:${secret.path}`)}`;
      case 'text':
        return `${id} ${quoteWord(secret.text)}`;
    }
  },
};
