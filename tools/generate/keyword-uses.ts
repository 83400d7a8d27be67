/** Which tests write a keyword in its block: found by looking, so that the matrix cannot claim what is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTree } from '../../src/config/load.ts';
import type { Keyword } from '../../src/config/schema.ts';
import type { Statement } from '../../src/config/tree.ts';
import { textOptions } from '../../src/language/read-text.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));

/** What a test is, by where it lies; the strongest first. */
const tiers: readonly (readonly [tier: string, folder: string])[] = [
  ['peers', 'test/peers'],
  ['vm', 'test/vm'],
  ['namespaces', 'test/namespaces'],
  ['daemon', 'test/daemon'],
  ['checkers', 'test/checkers'],
  ['conformance', 'test/conformance'],
  ['golden', 'test/golden/corpus'],
  ['unit', 'src'],
];

interface Source {
  readonly path: string;
  readonly tier: string;
  /** `vrrp_instance/priority`, as far as the file is a configuration; undefined is a program with some in its strings. */
  readonly statements: ReadonlySet<string> | undefined;
  readonly text: string;
}

export interface Use {
  readonly tier: string;
  readonly path: string;
}

/** Whether each of these files still writes the keyword. */
export function stillHold(
  uses: readonly string[],
  path: readonly string[],
  { name, field }: Keyword,
): boolean {
  const names = [name, ...Object.keys(field.aliases ?? {})];
  return uses.every((use) => {
    const source = sources.find((one) => one.path === use);
    return source !== undefined && names.some((each) => isIn(source, path, each));
  });
}

/** One file of each tier, the first by name. */
export function usesOf(path: readonly string[], { name, field }: Keyword): readonly Use[] {
  const names = [name, ...Object.keys(field.aliases ?? {})];
  const uses = new Map<string, Use>();
  for (const source of sources) {
    if (uses.has(source.tier) || !names.some((each) => isIn(source, path, each))) continue;
    uses.set(source.tier, { tier: source.tier, path: source.path });
  }
  return tiers.flatMap(([tier]) => uses.get(tier) ?? []);
}

function isIn({ statements, text }: Source, path: readonly string[], name: string): boolean {
  if (statements !== undefined) return statements.has([...path, name].join('/'));
  const outer = path.at(-1);
  if (outer !== undefined && !text.includes(outer)) return false;
  // Where a line of a configuration begins within a program: a real line, an escaped one, the begin of a string.
  const begins = '(?:^|\\\\n|[`\'"{])[ \\t]*';
  return new RegExp(`${begins}${name}(?=[ \\t]+[^\\s=:?,(]|[ \\t]*(?:$|\\\\n|[\`'"}]))`, 'm').test(
    text,
  );
}

const sources = tiers.flatMap(([tier, folder]) =>
  readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) =>
      folder === 'src' ? name.endsWith('.test.ts') : /\.(ts|conf)$/.test(name),
    )
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((file): Source => {
      const text = readFileSync(file, 'utf8');
      const path = relative(top, file).split(sep).join('/');
      const statements = file.endsWith('.conf') ? statementsOf(text) : undefined;
      return { path, tier, statements, text };
    }),
);

function statementsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (statements: readonly Statement[], around: readonly string[]): void => {
    for (const { words, block } of statements) {
      const path = [...around, words[0]?.text ?? ''];
      found.add(path.join('/'));
      if (block !== undefined) visit(block.statements, path);
    }
  };
  visit(loadTree(textOptions(text)).statements, []);
  return found;
}
