/** `<HOST> [<PORT>]`. */
import { integer } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { demand, peek } from '../../config/schema-value.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number | undefined;
}

const port = integer({ min: 1, max: 65_535 });

export const hostAndPort: Value<HostAndPort> = {
  syntax: '<HOST> [<PORT>]',
  range: 'port 1..65535',
  read(cursor) {
    const host = demand(cursor, 'a host')?.text;
    if (host === undefined) return undefined;
    return { host, port: peek(cursor) === undefined ? undefined : port.read(cursor) };
  },
  write: (value) => (value.port === undefined ? value.host : `${value.host} ${value.port}`),
};
