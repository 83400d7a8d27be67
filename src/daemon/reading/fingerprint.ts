/** Tells whether files say the same as when they were read, without keeping them. */
import { createHash } from 'node:crypto';
import type { Source } from '../../config/source.ts';

/** Of all files that one configuration consists of, in the order of reading. */
export function fingerprintOf(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of sources) hash.update(`${path}\0${text}\0`);
  return hash.digest('hex');
}
