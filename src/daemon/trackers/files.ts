/**
 * Tracked files: read when their directory says that something happened to them (inotify). What is read counts at once,
 * except nothing: a shell empties a file before it writes, so an empty one is looked at again first.
 */
import {
  closeSync,
  constants,
  type FSWatcher,
  openSync,
  readSync,
  watch,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import type { TrackFileModel } from '../../engine/translation/supervisor-trackers.ts';
import type { Loudness } from '../journal/severity.ts';
import { readNumber } from './file-number.ts';

export interface FileTrackersOptions {
  /** Told at first, then only when the number changes. */
  number(file: TrackFileModel, number: number): void;
  say(loudness: Loudness, text: string): void;
}

interface Entry {
  readonly plan: TrackFileModel;
  number: number | undefined;
  /** Is looked at again soon, since it was found empty. */
  again: NodeJS.Timeout | undefined;
  complained: string;
}

interface Place {
  readonly path: string;
  watcher: FSWatcher | undefined;
  retry: NodeJS.Timeout | undefined;
}

/** How long a file may be empty before it counts as that. */
const emptyFor = 50;
/** A directory that is not there is looked for so often. */
const retryEvery = 1_000;
/** No number is longer. */
const readMost = 128;

export class FileTrackers {
  readonly #options: FileTrackersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #places = new Map<string, Place>();

  constructor(options: FileTrackersOptions) {
    this.#options = options;
  }

  /** Watches these from now on, and tells the number of each one that is new before it returns. */
  configure(plans: readonly TrackFileModel[]): void {
    const wanted = new Map(plans.map((plan) => [plan.tracker, plan]));
    for (const [tracker, entry] of this.#entries) {
      if (wanted.get(tracker)?.path === entry.plan.path) continue;
      clearTimeout(entry.again);
      this.#entries.delete(tracker);
    }
    const directories = new Set(plans.map(({ path }) => dirname(path)));
    for (const [path, place] of this.#places) if (!directories.has(path)) this.#leave(place);
    for (const directory of directories) {
      if (!this.#places.has(directory)) this.#attend(directory);
    }
    for (const plan of wanted.values()) {
      if (this.#entries.has(plan.tracker)) continue;
      this.#initialise(plan);
      const entry: Entry = { plan, number: undefined, again: undefined, complained: '' };
      this.#entries.set(plan.tracker, entry);
      this.#look(entry, true);
    }
  }

  close(): void {
    for (const place of this.#places.values()) this.#leave(place);
    for (const { again } of this.#entries.values()) clearTimeout(again);
    this.#entries.clear();
  }

  /** `init_file`. */
  #initialise({ name, path, initial }: TrackFileModel): void {
    if (initial === undefined) return;
    const { O_WRONLY, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
    const how = initial.overwrite ? O_TRUNC : O_EXCL;
    const flag = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | how;
    try {
      const fd = openSync(path, flag, 0o644);
      writeSync(fd, `${initial.value}\n`);
      closeSync(fd);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return;
      const text = `track_file ${name}: init_file cannot write ${path} (${codeOf(error)}): make its directory writable, or remove init_file`;
      this.#options.say('error', text);
    }
  }

  #attend(path: string): void {
    const place: Place = { path, watcher: undefined, retry: undefined };
    this.#places.set(path, place);
    this.#watch(place, true);
  }

  #watch(place: Place, isFirst: boolean): void {
    try {
      const watcher = watch(place.path, { persistent: false }, (_, name) =>
        this.#heard(place, name),
      );
      watcher.on('error', () => this.#lost(place));
      place.watcher = watcher;
      if (!isFirst) this.#lookIn(place.path);
    } catch (error) {
      if (isFirst) {
        this.#options.say('warning', whyUnwatched(place.path, codeOf(error)));
      }
      this.#lost(place);
    }
  }

  #heard(place: Place, name: string | null): void {
    // The directory itself was removed or renamed: inotify says so under its own name.
    if (name === null || name === basename(place.path)) {
      this.#lost(place);
      return;
    }
    for (const entry of this.#entries.values()) {
      if (dirname(entry.plan.path) === place.path && basename(entry.plan.path) === name) {
        this.#look(entry, false);
      }
    }
  }

  #lost(place: Place): void {
    place.watcher?.close();
    place.watcher = undefined;
    clearTimeout(place.retry);
    this.#lookIn(place.path);
    place.retry = setTimeout(() => this.#watch(place, false), retryEvery).unref();
  }

  #leave(place: Place): void {
    place.watcher?.close();
    clearTimeout(place.retry);
    this.#places.delete(place.path);
  }

  #lookIn(directory: string): void {
    for (const entry of this.#entries.values()) {
      if (dirname(entry.plan.path) === directory) this.#look(entry, false);
    }
  }

  #look(entry: Entry, isSure: boolean): void {
    clearTimeout(entry.again);
    const { plan } = entry;
    const content = contentOf(plan.path);
    if (content === '' && !isSure && entry.number !== 0) {
      entry.again = setTimeout(() => this.#look(entry, true), emptyFor).unref();
      return;
    }
    const read = readNumber(content ?? '');
    if (read.kind === 'outside') {
      if (entry.complained !== read.text) {
        const kept = entry.number ?? 0;
        const text = `track_file ${plan.name}: ${read.text} in ${plan.path} does not fit 32 bits and is ignored; ${kept} counts on`;
        this.#options.say('warning', text);
      }
      entry.complained = read.text;
      if (entry.number !== undefined) return;
    }
    const number = read.kind === 'outside' ? 0 : read.number;
    if (read.kind === 'number') entry.complained = '';
    if (entry.number === number) return;
    entry.number = number;
    this.#options.number(plan, number);
  }
}

/** The beginning of the file; undefined when it is not there or cannot be read. Never waits, whatever it is. */
function contentOf(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(readMost);
    return bytes.toString('latin1', 0, readSync(fd, bytes));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The limits are those of inotify(7): on instances of a user, and on what they watch. */
function whyUnwatched(path: string, code: string): string {
  const limits: Readonly<Record<string, string>> = {
    EMFILE: 'fs.inotify.max_user_instances',
    ENOSPC: 'fs.inotify.max_user_watches',
  };
  const limit = limits[code];
  return limit === undefined
    ? `${path} cannot be watched (${code}): its tracked files count as 0 until it can`
    : `${path} cannot be watched (${code}): its tracked files are read every ${retryEvery / 1_000} s until it can; raise ${limit}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
