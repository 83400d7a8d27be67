/** The process behind `definitionFiles`: loads the program that it is given and prints what that defines. */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const library = new URL('../../index.ts', import.meta.url).href;
const format = library.endsWith('.ts') ? 'module-typescript' : 'module';

// A configuration may stand anywhere; there `holdfast` means the one that reads it.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'holdfast'
      ? { url: library, shortCircuit: true, format }
      : next(specifier, context),
});

const path = process.argv[2] ?? '';
const loaded: Readonly<Record<string, unknown>> = await import(
  pathToFileURL(resolve(path)).href
).catch((thrown: unknown) => {
  process.stderr.write(`cannot be run: ${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exit(1);
});
const defined = loaded.default ?? loaded.config;
const text = typeof defined === 'object' && defined !== null && 'text' in defined && defined.text;
if (typeof text === 'string') {
  process.stdout.write(text);
} else {
  process.stderr.write(
    'exports no configuration: write "export const config = defineConfig({ ... })"\n',
  );
  process.exitCode = 1;
}
