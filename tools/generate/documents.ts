/** Every generated file. */
import { completions } from './completions.ts';
import { diagnostics } from './diagnostics.ts';
import type { Document } from './document.ts';
import { gallery } from './gallery.ts';
import { jsonSchema } from './json-schema.ts';
import { keywordMatrix } from './keyword-matrix.ts';
import { manualOfFile } from './manual-file.ts';
import { manualOfProgram } from './manual-program.ts';
import { noEffectYet } from './no-effect-yet.ts';
import { reference } from './reference.ts';

export function documents(): readonly Document[] {
  return [
    reference(),
    noEffectYet(),
    keywordMatrix(),
    ...diagnostics(),
    manualOfProgram(),
    manualOfFile(),
    ...completions(),
    jsonSchema(),
    gallery(),
  ];
}

/** Folders in which nothing but generated files may stand. */
export const ownFolders: readonly string[] = ['docs/diagnostics', 'man', 'completions'];
