/** Reads a configuration file on this host: what the language asks of its surroundings, answered. */
import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { type LoadOptions, lenientIncludes } from '../../config/load-options.ts';
import { type Configuration, loadConfiguration } from '../../language/load.ts';
import { definitionFiles, isDefinition } from './definition-file.ts';
import { hostFiles } from './files.ts';

/** What `-e` of keepalived's command line asks for. */
const strictIncludes = { readable: true, match: true, wildcard: true, brace: true };

/**
 * V8's optimising compiler pays off for a file of several megabytes only. It is switched off here and not when the
 * process starts, since Node's own compiled code, and ours that it keeps, is valid for the flags of the start alone.
 */
const worthOptimising = 1_500_000;

export function loadHere(path: string, options = surroundings(path)): Configuration {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const isOff = process.execArgv.includes('--no-opt');
  if (isOff || size > worthOptimising) return loadConfiguration(options);
  setFlagsFromString('--no-opt');
  try {
    return loadConfiguration(options);
  } finally {
    setFlagsFromString('--opt');
  }
}

/** Exported for readers that bring a file system of their own. */
export function surroundings(path: string): LoadOptions {
  return {
    path,
    workingDirectory: process.cwd(),
    reader: isDefinition(path) ? definitionFiles(path) : hostFiles,
    configId: process.env.HOLDFAST_CONFIG_ID ?? hostname().split('.')[0] ?? '',
    // Few files ask for any of it.
    get environment() {
      return environment();
    },
    instance: process.env.HOLDFAST_INSTANCE,
    // The second, as keepalived seeds it; all processes get what this one expanded.
    randomSeed: Math.floor(Date.now() / 1_000),
    strictIncludes:
      process.env.HOLDFAST_STRICT_INCLUDES === undefined ? lenientIncludes : strictIncludes,
  };
}

function environment(): Readonly<Record<string, string>> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) known[name] = value;
  }
  return known;
}
