/** Files in memory, loads of them, and a picture of a tree as text. */
import { posix } from 'node:path';
import { failure, success } from '../../src/base/outcome.ts';
import type { Diagnostic } from '../../src/config/diagnostic.ts';
import type { FileProblem, FileReader } from '../../src/config/file-reader.ts';
import { indexLines, positionAt } from '../../src/config/line-index.ts';
import {
  type LoadedTree,
  type LoadOptions,
  lenientIncludes,
  loadTree,
} from '../../src/config/load.ts';
import type { Source, Span } from '../../src/config/source.ts';
import type { Statement, Word } from '../../src/config/tree.ts';

export type Files = Readonly<Record<string, string | FileProblem>>;

export function memoryReader(files: Files): FileReader {
  const paths = Object.keys(files);
  return {
    read(written) {
      const path = posix.normalize(written);
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (typeof file === 'string') return success(file);
      if (file !== undefined) return failure(file);
      const isDirectory = path === '.' || paths.some((other) => other.startsWith(`${path}/`));
      return failure(isDirectory ? { kind: 'directory' } : { kind: 'missing' });
    },
    list(written) {
      const directory = posix.normalize(written);
      const prefix = directory === '.' ? '' : directory.endsWith('/') ? directory : `${directory}/`;
      const inside = paths.filter((path) => path.startsWith(prefix) && path !== prefix);
      return [...new Set(inside.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))];
    },
  };
}

/** Loads `main.conf` of the files. */
export function load(files: Files, options: Partial<LoadOptions> = {}): LoadedTree {
  return loadTree({
    path: 'main.conf',
    workingDirectory: '/etc/holdfast',
    reader: memoryReader(files),
    configId: 'here',
    environment: { HOME: '/root' },
    instance: undefined,
    randomSeed: 1,
    strictIncludes: lenientIncludes,
    ...options,
  });
}

export function loadText(text: string, options: Partial<LoadOptions> = {}): LoadedTree {
  return load({ 'main.conf': text }, options);
}

/** One line a statement, two blanks for each block around it; quoted words keep their quotes. */
export function outline(statements: readonly Statement[], indent = ''): string {
  return statements
    .map(({ words, block }) => {
      const line = words.map((word) => (word.quoted ? `"${word.text}"` : word.text)).join(' ');
      if (block === undefined) return `${indent}${line}\n`;
      const inside = outline(block.statements, `${indent}  `);
      return `${indent}${`${line} {`.trimStart()}\n${inside}${indent}}${block.close === undefined ? ' (missing)' : ''}\n`;
    })
    .join('');
}

export function codes(loaded: LoadedTree): readonly string[] {
  return loaded.diagnostics.map((diagnostic) => diagnostic.code);
}

/** `severity code at file:line:column-end 'text': message`, further places and help below. */
export function story(diagnostics: readonly Diagnostic[], sources: readonly Source[]): string {
  return diagnostics
    .map((diagnostic) => {
      const at = diagnostic.span === undefined ? 'nowhere' : place(sources, diagnostic.span);
      const lines = [`${diagnostic.severity} ${diagnostic.code} ${at}`, `  ${diagnostic.message}`];
      for (const other of diagnostic.related) {
        lines.push(`  also ${place(sources, other.span)}: ${other.label}`);
      }
      if (diagnostic.help !== undefined) lines.push(`  help: ${diagnostic.help}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

/** Where a word is written and what brought it there: `file:line:column 'text' via …`. */
export function origin(sources: readonly Source[], word: Word): string {
  const via = word.via.map((span) => ` via ${place(sources, span)}`).join('');
  return place(sources, word.span) + via;
}

function place(sources: readonly Source[], span: Span): string {
  const source = sources[span.source];
  if (source === undefined) return `unknown source ${span.source}`;
  const { line, column } = positionAt(indexLines(source), span.start);
  const text = source.text.slice(span.start, span.end);
  return `${source.path}:${line}:${column} '${text.length > 60 ? `${text.slice(0, 57)}...` : text}'`;
}
