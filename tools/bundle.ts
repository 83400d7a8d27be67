/**
 * Builds `dist/`: what an installed package runs, since Node strips no types below a `node_modules`. A checkout runs it
 * too, as long as no source has changed since (bin/holdfast).
 *
 *   npm run build [-- --into FOLDER]      and, by itself, npm pack
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { eagerFunctions } from './bundle/eager.ts';
import { entryFiles, outputName, placesOfBundle } from './bundle/programs.ts';

const home = join(import.meta.dirname, '..');
const { into } = parseArgs({ options: { into: { type: 'string' } } }).values;
const place = into === undefined ? join(home, 'dist') : resolve(into);
const made = `${place}.${process.pid}`;

rmSync(made, { recursive: true, force: true });
mkdirSync(made, { recursive: true });
const before = listOfSources();
await build({
  absWorkingDir: home,
  entryPoints: entryFiles(home).map((file) => ({ in: file, out: outputName(home, file) })),
  outdir: made,
  bundle: true,
  splitting: true,
  chunkNames: 'part-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node26',
  packages: 'external',
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [placesOfBundle(home), eagerFunctions],
});
declareTypes();
if (listOfSources() !== before) throw new Error('a source changed meanwhile: build again');
writeFileSync(join(made, 'built-from'), before);
rmSync(place, { recursive: true, force: true });
renameSync(made, place);

/** The same list as in bin/with-node.sh, which compares it: path, size, time of the last change, inode. */
function listOfSources(): string {
  const words = ['src', 'package.json', '-type', 'f', '-printf', '%p %s %C@ %i\\n'];
  const { status, stdout } = spawnSync('find', words, { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error('find does not list the sources');
  return stdout;
}

/** What `import … from 'holdfast'` means to a compiler. */
function declareTypes(): void {
  const compiler = join(home, 'node_modules/.bin/tsc');
  const words = ['-p', 'tools/bundle/tsconfig.json', '--outDir', join(made, 'types')];
  const { status, stdout } = spawnSync(compiler, words, { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the types cannot be declared:\n${stdout}`);
}
