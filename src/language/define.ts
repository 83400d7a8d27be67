/** A configuration written as data, with types that come from the table of keywords. */
import type { Diagnostic } from '../config/diagnostic.ts';
import { renderLines } from '../config/render/line.ts';
import { type InputNode, writeInput } from '../config/write-input.ts';
import { hasErrors } from './load.ts';
import type { Model } from './model.ts';
import { readText } from './read-text.ts';
import { root } from './sections/root.ts';

export type ConfigInput = InputNode<Model>;

export interface DefinedConfig {
  /** The configuration as a keepalived.conf. */
  readonly text: string;
  /** What that text reads as, with all defaults. */
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics, one line each; the places are those of `text`. */
  readonly report: string;
  /** Whether the daemon would start with it. */
  readonly ok: boolean;
}

const path = 'defined.conf';

/** Never throws for anything that the types allow. */
export function defineConfig(input: ConfigInput): DefinedConfig {
  const text = writeInput(root, input);
  const { model, diagnostics, sources } = readText(text, path);
  return {
    text,
    model,
    diagnostics,
    report: renderLines(diagnostics, sources),
    ok: !hasErrors(diagnostics),
  };
}
