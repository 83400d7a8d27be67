/**
 * What a bundle consists of. Programs start each other by `new URL('./other.ts', import.meta.url)`: every such target is
 * a program of the bundle, found by reading the sources, so that a new process needs no entry in a list. All files of
 * a bundle stand in one folder; the addresses are rewritten to that while it is built.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Plugin } from 'esbuild';

const ownEntries = ['src/index.ts', 'src/cli/main.ts', 'src/cli/classic/main.ts'];
const address = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;

/** Absolute paths. */
export function entryFiles(home: string): readonly string[] {
  const sources = globSync('src/**/*.ts', { cwd: home })
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => join(home, path));
  const started = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(address)]
      .map(([, target = '']) => resolve(dirname(path), target))
      .filter((target) => target.endsWith('.ts')),
  );
  return [...new Set([...ownEntries.map((path) => join(home, path)), ...started])].toSorted();
}

/** `src/cli/classic/main.ts` is `cli-classic-main`. */
export function outputName(home: string, file: string): string {
  return relative(join(home, 'src'), file).replace(/\.ts$/, '').replaceAll(sep, '-');
}

/** Where the sources look for files beside themselves, the bundle looks beside itself. */
export function placesOfBundle(home: string): Plugin {
  return {
    name: 'places-of-bundle',
    setup(bundle) {
      bundle.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const contents = withPlaces(home, path);
        const lost = /import\.meta\.(?:dir|file)name/.exec(contents)?.[0];
        if (lost === undefined) return { loader: 'ts', contents };
        const text = `${lost} is another folder in a bundle: write new URL('./x', import.meta.url)`;
        return { errors: [{ text, location: { file: path } }] };
      });
    },
  };
}

function withPlaces(home: string, path: string): string {
  return readFileSync(path, 'utf8').replaceAll(address, (_, target: string) => {
    const file = resolve(dirname(path), target);
    const moved = file.endsWith('.ts')
      ? `./${outputName(home, file)}.js`
      : `../${relative(home, file)}`;
    return `new URL('${moved}', import.meta.url)`;
  });
}
