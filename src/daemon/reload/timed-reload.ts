/** `reload_time_file`: a file that says when to reload. It may come, change and go at any time. */
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface TimedReloadOptions {
  readonly file: string;
  /** `reload_repeat`: again every day at that time. */
  readonly daily: boolean;
  reload(): void;
  say(text: string): void;
  complain(text: string): void;
}

export interface TimedReload {
  close(): void;
}

/** The clock may be set meanwhile: it is looked at once a minute. */
const lookAgain = 60_000;
/** Writers need a moment from their first byte to their last. */
const settle = 100;

export function reloadAtTime(options: TimedReloadOptions): TimedReload {
  const { file, daily, reload, say, complain } = options;
  let due: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    clearTimeout(timer);
    if (due === undefined) return;
    const wait = due - Date.now();
    timer = setTimeout(wait <= lookAgain ? fire : arm, Math.max(0, Math.min(wait, lookAgain)));
    timer.unref();
  };
  const fire = (): void => {
    if (due === undefined || Date.now() < due) {
      arm();
      return;
    }
    due = daily ? oneDayAfter(due) : undefined;
    say(`reload_time_file ${file}: it is time to reload`);
    reload();
    arm();
  };
  const read = (): void => {
    const text = contentOf(file);
    const moment = text === undefined ? undefined : momentOf(text, new Date());
    if (text !== undefined && moment === undefined) {
      complain(
        `reload_time_file ${file}: "${text}" is no time to come: write HH:MM:SS, or YYYY-MM-DD HH:MM:SS, with Z for UTC`,
      );
    }
    if (moment?.getTime() === due) return;
    due = moment?.getTime();
    if (moment !== undefined)
      say(`reload_time_file ${file}: the next reload is at ${moment.toISOString()}`);
    arm();
  };
  let pause: NodeJS.Timeout | undefined;
  const watcher = watchFile(file, complain, () => {
    clearTimeout(pause);
    pause = setTimeout(read, settle).unref();
  });
  read();
  return {
    close() {
      watcher?.close();
      clearTimeout(timer);
      clearTimeout(pause);
    },
  };
}

/** Its directory, since the file may not be there yet, and is replaced rather than written by careful people. */
function watchFile(
  file: string,
  complain: (text: string) => void,
  changed: () => void,
): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(file)) changed();
    });
    watcher.on('error', () => undefined);
    return watcher;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    complain(`reload_time_file ${file} cannot be watched: ${why}`);
    return undefined;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').slice(0, 64).trim();
  } catch {
    return undefined;
  }
}

/**
 * `HH:MM:SS` is the next such time, today or tomorrow; with a date in front, `YY-MM-DD` or `YYYY-MM-DD`, it is that
 * moment. Local time, or UTC with a Z behind. undefined for anything else, and for what has passed.
 */
export function momentOf(text: string, now: Date): Date | undefined {
  const form = /^(?:((?:\d\d)?\d\d)-(\d\d)-(\d\d) )?(\d\d):(\d\d):(\d\d)(Z?)$/.exec(text.trim());
  if (form === null) return undefined;
  const [, year, month, day, hours, minutes, seconds, zone] = form;
  const isUtc = zone === 'Z';
  const at = (date: readonly [number, number, number]): Date => {
    const clock = [Number(hours), Number(minutes), Number(seconds)] as const;
    return isUtc ? new Date(Date.UTC(...date, ...clock)) : new Date(...date, ...clock);
  };
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  if (year !== undefined) {
    const full = year.length === 2 ? 2_000 + Number(year) : Number(year);
    const moment = at([full, Number(month) - 1, Number(day)]);
    const date = isUtc ? moment.getUTCDate() : moment.getDate();
    return moment > now && date === Number(day) ? moment : undefined;
  }
  const today = isUtc
    ? ([now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()] as const)
    : ([now.getFullYear(), now.getMonth(), now.getDate()] as const);
  const moment = at(today);
  return moment > now ? moment : at([today[0], today[1], today[2] + 1]);
}

/** The same time of day, also where the clocks change in between. */
function oneDayAfter(due: number): number {
  const next = new Date(due);
  next.setDate(next.getDate() + 1);
  return next.getTime();
}
