/** One peer of `unicast_peer`. */
import { scalar } from '../../config/schema.ts';
import { lead, line } from '../../config/schema-line.ts';
import { integer } from '../../config/schema-number.ts';
import { address } from '../../config/schema-word.ts';

const hopLimit = integer({ min: 0, max: 255 });

export const unicastPeerLine = line({
  lead: lead('address', address()),
  options: {
    min_ttl: scalar(hopLimit, {
      doc: 'Drops advertisements of this peer that arrive with a smaller TTL or hop limit.',
      example: '254',
      fallback: 0,
    }),
    max_ttl: scalar(hopLimit, {
      doc: 'Drops advertisements of this peer that arrive with a larger TTL or hop limit.',
      example: '255',
      fallback: 255,
    }),
  },
  syntax: '<ADDR> [min_ttl <N>] [max_ttl <N>]',
});
