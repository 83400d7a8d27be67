/** The files that an editor has open, over those on disk, and the configurations that they are part of. */
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { success } from '../../base/outcome.ts';
import type { FileReader } from '../../config/file-reader.ts';
import type { Span } from '../../config/source.ts';
import { hostFiles } from '../../daemon/reading/files.ts';
import { surroundings } from '../../daemon/reading/load.ts';
import { type Configuration, loadConfiguration } from '../../language/load.ts';

/** Names of files that others are included from. */
const mainNames = ['keepalived.conf', 'holdfast.conf'];
const levelsUp = 3;

export interface Workspace {
  /** The text of a file as the editor has it; undefined when it is not open. */
  readonly open: (path: string) => string | undefined;
}

/** The configuration that a file belongs to: its own, unless a main file near it includes it. */
export function configurationOf(workspace: Workspace, path: string): Configuration {
  for (const main of mainsNear(path)) {
    const configuration = load(workspace, main);
    if (configuration.sources.some((source) => resolve(source.path) === path)) return configuration;
  }
  return load(workspace, path);
}

function mainsNear(path: string): readonly string[] {
  const mains: string[] = [];
  let folder = dirname(path);
  for (let level = 0; level < levelsUp; level += 1) {
    mains.push(...mainNames.map((name) => join(folder, name)));
    folder = dirname(folder);
  }
  return mainNames.includes(basename(path)) ? [] : mains.filter((main) => hostFiles.read(main).ok);
}

function load(workspace: Workspace, path: string): Configuration {
  const reader: FileReader = {
    read(wanted) {
      const text = workspace.open(resolve(wanted));
      return text === undefined ? hostFiles.read(wanted) : success(text);
    },
    list: hostFiles.list,
  };
  return loadConfiguration({ ...surroundings(path), reader });
}

export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

/** A place in a file, as offsets. */
export interface FilePlace {
  readonly path: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export function placeOfSpan({ sources }: Configuration, span: Span): FilePlace | undefined {
  const source = sources[span.source];
  if (source === undefined) return undefined;
  return { path: resolve(source.path), text: source.text, start: span.start, end: span.end };
}
