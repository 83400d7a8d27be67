/** `[tcp <N>] [tcpfin <N>] [udp <N>]`, at least one. */
import { scalar } from '../../config/schema.ts';
import { line, noLead } from '../../config/schema-line.ts';
import { secondsValue } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { demand } from '../../config/schema-value.ts';

const timeout = secondsValue(0, 2_678_400);

const pairs = line({
  lead: noLead,
  options: {
    tcp: scalar(timeout, { doc: 'Established TCP connections.', example: '900' }),
    tcpfin: scalar(timeout, { doc: 'TCP connections after a FIN.', example: '120' }),
    udp: scalar(timeout, { doc: 'UDP.', example: '300' }),
  },
  syntax: '[tcp <N>] [tcpfin <N>] [udp <N>]',
});

type Timeouts = NonNullable<ReturnType<typeof pairs.read>>;

export const connectionTimeouts: Value<Timeouts> = {
  ...pairs,
  range: timeout.range,
  unit: timeout.unit,
  read(cursor) {
    if (demand(cursor, 'tcp, tcpfin or udp and a number of seconds') === undefined)
      return undefined;
    cursor.next -= 1;
    return pairs.read(cursor);
  },
};
