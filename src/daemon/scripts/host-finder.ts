/** The host's file system, for judging scripts. */
import { lstatSync, realpathSync } from 'node:fs';
import type { FileFinder } from './security.ts';

export const hostFinder: FileFinder = {
  facts(path) {
    try {
      const { uid, gid, mode } = lstatSync(path);
      return { uid, gid, mode };
    } catch {
      return undefined;
    }
  },
  resolve(path) {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
};
