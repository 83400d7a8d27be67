/** The sum that `digest` compares. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../health/checkers/conversation.ts';

export function md5(): Digest {
  const hash = createHash('md5');
  return {
    update(bytes) {
      hash.update(bytes);
    },
    hex: () => hash.digest('hex'),
  };
}
