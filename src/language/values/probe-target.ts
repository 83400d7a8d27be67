/** What a probe asks: addresses to ping, `<ADDR> <PORT>` for TCP, an http URL. */
import type { Address } from '../../base/address.ts';
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { demand, peek, quoteWord } from '../../config/schema-value.ts';
import { address } from '../../config/schema-word.ts';

const one = address();

export const pingTargets: Value<readonly Address[]> = {
  syntax: '<ADDR> ...',
  read(cursor) {
    const targets: Address[] = [];
    do {
      const target = one.read(cursor);
      if (target !== undefined) targets.push(target);
    } while (peek(cursor) !== undefined);
    return targets.length === 0 ? undefined : targets;
  },
  write: (targets) => targets.join(' '),
};

export interface TcpTarget {
  readonly address: Address;
  readonly port: number;
}

const port = integer({ min: 1, max: 65_535 });

export const tcpTarget: Value<TcpTarget> = {
  syntax: '<ADDR> <PORT>',
  range: 'port 1..65535',
  read(cursor) {
    const target = one.read(cursor);
    const number = port.read(cursor);
    return target === undefined || number === undefined
      ? undefined
      : { address: target, port: number };
  },
  write: (target) => `${target.address} ${target.port}`,
};

export const httpUrl: Value<string> = {
  syntax: 'http[s]://<HOST>[:<PORT>][/<PATH>]',
  read(cursor) {
    const word = demand(cursor, 'a URL');
    if (word === undefined || /^https?:\/\/[^/\s:@]+|^https?:\/\/\[/.test(word.text)) {
      return word?.text;
    }
    cursor.report(cursor, {
      code: 'language.wrong-form',
      word,
      message: `"${word.text}" is not a URL of a web server; ${cursor.loss}`,
      help: 'write it with its scheme: http://127.0.0.1:8080/health',
    });
    return undefined;
  },
  write: quoteWord,
};
