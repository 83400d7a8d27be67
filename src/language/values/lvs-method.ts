/** How IPVS forwards: `NAT`, `DR`, or `TUN` with its encapsulation. */
import { integer } from '../../config/schema-number.ts';
import type { Cursor, Value } from '../../config/schema-value.ts';
import { advance, peek } from '../../config/schema-value.ts';
import { choice } from '../../config/schema-word.ts';

export type LvsMethod =
  | { readonly kind: 'NAT' }
  | { readonly kind: 'DR' }
  | {
      readonly kind: 'TUN';
      readonly type: 'ipip' | 'gue' | 'gre';
      /** UDP port of GUE. */
      readonly port: number | undefined;
      readonly checksum: 'nocsum' | 'csum' | 'remcsum' | undefined;
    };

const method = choice(['NAT', 'DR', 'TUN'], { otherwise: 'reports it and uses NAT' });
const tunnelType = choice(['ipip', 'gue', 'gre']);
const tunnelPort = integer({ min: 1, max: 65_535 });
const checksums = ['nocsum', 'csum', 'remcsum'] as const;

export const lvsMethod: Value<LvsMethod> = {
  syntax: 'NAT | DR | TUN [type {ipip|gue port <N>|gre}] [nocsum|csum|remcsum]',
  choices: ['NAT', 'DR', 'TUN'],
  read(cursor) {
    const kind = method.read(cursor);
    return kind === 'TUN' ? tunnel(cursor) : kind === undefined ? undefined : { kind };
  },
  write(value) {
    if (value.kind !== 'TUN') return value.kind;
    const type = value.type === 'ipip' ? '' : ` type ${value.type}`;
    const port = value.port === undefined ? '' : ` port ${value.port}`;
    return `TUN${type}${port}${value.checksum === undefined ? '' : ` ${value.checksum}`}`;
  },
};

function tunnel(cursor: Cursor): LvsMethod {
  let type: 'ipip' | 'gue' | 'gre' = 'ipip';
  let port: number | undefined;
  let checksum: (typeof checksums)[number] | undefined;
  for (let word = peek(cursor)?.text; word !== undefined; word = peek(cursor)?.text) {
    const named = checksums.find((each) => each === word);
    if (named === undefined && word !== 'type' && word !== 'port') break;
    advance(cursor);
    if (named !== undefined) checksum = named;
    else if (word === 'type') type = tunnelType.read(cursor) ?? type;
    else port = tunnelPort.read(cursor);
  }
  return { kind: 'TUN', type, port, checksum };
}
