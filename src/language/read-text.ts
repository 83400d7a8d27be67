/** Reads a configuration that is a text in memory: for tests, and for values that are no files. */
import type { LoadOptions } from '../config/load-options.ts';
import { lenientIncludes } from '../config/load-options.ts';
import type { Configuration } from './load.ts';
import { loadConfiguration } from './load.ts';

/** Includes find nothing; conditions compare with an empty id. */
export function readText(text: string, path = 'text'): Configuration {
  return loadConfiguration(textOptions(text, path));
}

export function textOptions(text: string, path = 'text'): LoadOptions {
  return {
    path,
    workingDirectory: '/',
    configId: '',
    environment: {},
    instance: undefined,
    randomSeed: 1,
    strictIncludes: lenientIncludes,
    reader: {
      read: (wanted) =>
        wanted === path ? { ok: true, value: text } : { ok: false, error: { kind: 'missing' } },
      list: () => [],
    },
  };
}
