/** Where the thing under the cursor is written: a named block, an included file, the file of a command. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '../../language/load.ts';
import { unquoted } from './hover.ts';
import { kindAt, namedBlocks } from './names.ts';
import type { Spot } from './spot.ts';
import { type FilePlace, placeOfSpan } from './workspace.ts';

const filesMost = 50;

/** `path` is the file that the spot is in. */
export function definitionsAt(
  spot: Spot,
  path: string,
  configuration: Configuration,
): readonly FilePlace[] {
  const { before, word } = spot;
  if (/^include[rmwba]?$/.test(before.at(-1) ?? '')) {
    return globSync(unquoted(word), { cwd: dirname(path) })
      .slice(0, filesMost)
      .flatMap((found) => wholeFile(resolve(dirname(path), found)));
  }
  const kind = kindAt(spot);
  if (kind !== undefined) {
    return namedBlocks(configuration)
      .filter((each) => each.kind === kind && each.name === unquoted(word))
      .flatMap(({ span }) => placeOfSpan(configuration, span) ?? []);
  }
  const file = /\/[^\s"'<]+/.exec(word)?.[0];
  return file === undefined ? [] : wholeFile(file);
}

function wholeFile(path: string): readonly FilePlace[] {
  if (!existsSync(path) || !statSync(path).isFile()) return [];
  return [{ path, text: readFileSync(path, 'utf8'), start: 0, end: 0 }];
}
