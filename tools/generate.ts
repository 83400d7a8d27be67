/**
 * Writes every file that is generated from the tables of the program.
 *
 *   npm run generate               writes them
 *   npm run generate -- --check    writes nothing, shows what would change, and fails when anything would
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diff } from 'node:util';
import { documents, ownFolders } from './generate/documents.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const shownAtMost = 40;
const check = process.argv.includes('--check');
const stale = documents().filter(({ path, text }) => current(path) !== text);
const left = leftovers(new Set(documents().map(({ path }) => path)));

if (check) {
  for (const { path, text } of stale) process.stdout.write(difference(path, text));
  for (const path of left) process.stdout.write(`${path} is not generated any more\n`);
  if (stale.length + left.length > 0) {
    process.stdout.write('\nGenerated files are stale: run "npm run generate" and commit them.\n');
    process.exitCode = 1;
  }
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
  for (const path of left) {
    rmSync(join(top, path));
    process.stdout.write(`removed ${path}\n`);
  }
}

function current(path: string): string | undefined {
  return existsSync(join(top, path)) ? readFileSync(join(top, path), 'utf8') : undefined;
}

function leftovers(known: ReadonlySet<string>): readonly string[] {
  return ownFolders
    .filter((folder) => existsSync(join(top, folder)))
    .flatMap((folder) => readdirSync(join(top, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !known.has(path));
}

function difference(path: string, wanted: string): string {
  const before = current(path);
  if (before === undefined) return `${path} is missing\n`;
  const lines = diff(before.split('\n'), wanted.split('\n')).flatMap(([what, line]) => {
    if (what === 0) return [];
    // Seen from the second text: 1 marks what only the first has.
    return [`${what > 0 ? '-' : '+'}${line}\n`];
  });
  const more = lines.length - shownAtMost;
  const rest = more > 0 ? `... and ${more} more lines\n` : '';
  return `--- ${path}\n+++ as it should be\n${lines.slice(0, shownAtMost).join('')}${rest}`;
}
