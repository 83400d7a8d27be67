/**
 * Functions that are in the compile cache. What Node keeps of a file is taken before the file runs, and V8 leaves out
 * what it would compile at the first call: all functions but those in parentheses. Reading a configuration calls nearly
 * every function of the language once, so each process that reads compiled three hundred of them anew, for longer than
 * reading a small file takes. The bundle therefore has them in parentheses.
 */
import { writeFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Whatever reads a configuration calls most of what is in these; elsewhere it would only take time and memory. */
const wanted = /^\/\/ (?:\S*\/)?src\/(?:base|config|language|daemon\/reading)\//;
/** But for what is asked for by few files, or by other commands. */
const rare =
  /\/(?:cluster|host-rules|render)\/|\/preprocess\/(?!file|plain-lines)|\/(?:resolve-complaint|spelling|mapped-text)\.ts$/;
const heading = /^\/\/ \S+\.\w+$/;
const declaration = /^(?:async )?function\*? ([\w$]+)\(/;

/** For a folder that exists: the files are written here. */
export const eagerFunctions: Plugin = {
  name: 'eager-functions',
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) writeFileSync(path, withEagerFunctions(text));
    });
  },
};

/**
 * What esbuild printed (a heading for each source; what a source declares begins and ends at the margin), with the
 * declared functions of the language as expressions in parentheses, before everything else, since a declaration holds
 * from the beginning of its file too.
 */
export function withEagerFunctions(printed: string): string {
  const functions: string[] = [];
  const rest: string[] = [];
  const lines = printed.split('\n');
  let isWanted = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (heading.test(line)) isWanted = wanted.test(line) && !rare.test(line);
    const name = isWanted ? declaration.exec(line)?.[1] : undefined;
    if (name === undefined) rest.push(line);
    else {
      const end = lines.indexOf('}', at);
      functions.push(`var ${name} = (${line}`, ...lines.slice(at + 1, end), '});');
      at = end;
    }
  }
  return [...functions, ...rest].join('\n');
}
