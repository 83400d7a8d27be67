/** From files to a checked configuration. */
import type { Diagnostic } from '../config/diagnostic.ts';
import { loadTree } from '../config/load.ts';
import type { LoadOptions } from '../config/load-options.ts';
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

export function loadConfiguration(options: LoadOptions): Configuration {
  const tree = loadTree(options);
  const resolved = resolve(root, tree.statements, languageCodes);
  return {
    model: resolved.model,
    places: resolved.places,
    sources: tree.sources,
    diagnostics: [
      ...tree.diagnostics,
      ...resolved.diagnostics,
      ...checkRules(resolved.model, resolved.places),
    ],
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
