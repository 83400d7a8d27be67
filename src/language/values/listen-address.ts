/** `<ADDR>:<PORT>`: where something listens. Two words are understood as well, as keepalived writes such pairs. */
import { type Address, familyOf, parseAddress } from '../../base/address.ts';
import type { Value } from '../../config/schema-value.ts';
import { advanceIfAny, demand } from '../../config/schema-value.ts';

export interface ListenAddress {
  readonly address: Address;
  readonly port: number;
}

export const listenAddress: Value<ListenAddress> = {
  syntax: '<ADDR>:<PORT>',
  read(cursor) {
    const word = demand(cursor, 'an address and a port');
    if (word === undefined) return undefined;
    const joined = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(word.text);
    const address = parseAddress(joined === null ? word.text : (joined[1] ?? joined[2] ?? ''));
    const port = Number(joined === null ? advanceIfAny(cursor)?.text : joined[3]);
    if (address !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535) {
      return { address, port };
    }
    cursor.report(cursor, {
      code: 'language.wrong-form',
      word,
      message: `"${word.text}" is not an address with a port from 1 to 65535; ${cursor.loss}`,
      help: 'write 127.0.0.1:9650, or [::1]:9650',
    });
    return undefined;
  },
  write: ({ address, port }) =>
    familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`,
};
