/** From files to a checked configuration. */
import type { Diagnostic } from '../config/diagnostic.ts';
import { loadTree } from '../config/load.ts';
import type { IncludeChecks, LoadOptions } from '../config/load-options.ts';
import type { Places } from '../config/places.ts';
import { resolve } from '../config/resolve.ts';
import type { Source } from '../config/source.ts';
import { languageCodes } from './codes.ts';
import type { Model } from './model.ts';
import { checkRules } from './rules/rules.ts';
import { root } from './sections/root.ts';

export interface Configuration {
  readonly model: Model;
  /** Where everything in the model was written. */
  readonly places: Places;
  readonly sources: readonly Source[];
  /** In the order of finding. With an error among them the daemon must neither start nor reload. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a second time where the file itself says how it is to be read: `random_seed`, `include_check`. */
export function loadConfiguration(options: LoadOptions): Configuration {
  const first = read(options);
  const { random_seed: seed, include_check: checks } = first.model.global_defs;
  if (seed === undefined && checks === undefined) return finish(first);
  const strictIncludes =
    checks === undefined ? options.strictIncludes : includeChecks(checks, options.strictIncludes);
  return finish(read({ ...options, randomSeed: seed ?? options.randomSeed, strictIncludes }));
}

function read(options: LoadOptions): Configuration {
  const tree = loadTree(options);
  const resolved = resolve(root, tree.statements, languageCodes);
  return {
    model: resolved.model,
    places: resolved.places,
    sources: tree.sources,
    diagnostics: [...tree.diagnostics, ...resolved.diagnostics],
  };
}

function finish(configuration: Configuration): Configuration {
  const { model, places, diagnostics } = configuration;
  // Of a file that could not be read there is nothing more to say.
  if (diagnostics.some(({ code }) => code.startsWith('include.main-file'))) return configuration;
  return { ...configuration, diagnostics: [...diagnostics, ...checkRules(model, places)] };
}

const checkNames: Readonly<Record<string, keyof IncludeChecks>> = {
  read: 'readable',
  match: 'match',
  wildcard_match: 'wildcard',
  brace_match: 'brace',
};

/** Without words every check is on; a first word without sign replaces what was, signs add and take away. */
function includeChecks(words: readonly string[], before: IncludeChecks): IncludeChecks {
  if (words.length === 0) return { readable: true, match: true, wildcard: true, brace: true };
  const absolute = words[0] !== undefined && !/^[+-]/.test(words[0]);
  const none = { readable: false, match: false, wildcard: false, brace: false };
  const checks: Record<keyof IncludeChecks, boolean> = { ...(absolute ? none : before) };
  for (const word of words) {
    const name = checkNames[word.replace(/^[+-]/, '')];
    if (name !== undefined) checks[name] = !word.startsWith('-');
  }
  return checks;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
