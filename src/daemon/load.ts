/** Reads a configuration file on this host: what the language asks of its surroundings, answered. */
import { hostname } from 'node:os';
import { type LoadOptions, lenientIncludes } from '../config/load-options.ts';
import { type Configuration, loadConfiguration } from '../language/load.ts';
import { definitionFiles, isDefinition } from './definition-file.ts';
import { hostFiles } from './files.ts';

/** What `-e` of keepalived's command line asks for. */
const strictIncludes = { readable: true, match: true, wildcard: true, brace: true };

export function loadHere(path: string): Configuration {
  return loadConfiguration(surroundings(path));
}

/** Exported for readers that bring a file system of their own. */
export function surroundings(path: string): LoadOptions {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) environment[name] = value;
  }
  return {
    path,
    workingDirectory: process.cwd(),
    reader: isDefinition(path) ? definitionFiles(path) : hostFiles,
    configId: process.env.HOLDFAST_CONFIG_ID ?? hostname().split('.')[0] ?? '',
    environment,
    instance: undefined,
    // The second, as keepalived seeds it; all processes get what this one expanded.
    randomSeed: Math.floor(Date.now() / 1_000),
    strictIncludes:
      process.env.HOLDFAST_STRICT_INCLUDES === undefined ? lenientIncludes : strictIncludes,
  };
}
