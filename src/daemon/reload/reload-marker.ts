/** `reload_file`: a file that is there while a reload reads the configuration, for whoever must not change it then. */
import { rmSync, writeFileSync } from 'node:fs';
import type { Readiness } from '../readiness.ts';

/** `path` is asked anew each time; undefined makes no file. */
export function withReloadMarker(
  readiness: Readiness,
  path: () => string | undefined,
  complain: (sentence: string) => void,
): Readiness {
  let marker: string | undefined;
  return {
    watchdogPeriod: readiness.watchdogPeriod,
    tell(state) {
      readiness.tell(state);
      if (state.startsWith('RELOADING=1')) {
        marker = path();
        attempt(marker, (file) => writeFileSync(file, '', { flag: 'wx', mode: 0o600 }), complain);
      } else if (marker !== undefined) {
        attempt(marker, (file) => rmSync(file, { force: true }), complain);
        marker = undefined;
      }
    },
  };
}

/** One that is there already was left behind by a daemon that was killed, and serves as well. */
function attempt(
  marker: string | undefined,
  act: (file: string) => void,
  complain: (sentence: string) => void,
): void {
  if (marker === undefined) return;
  try {
    act(marker);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code !== 'EEXIST') complain(`reload_file: ${message}`);
  }
}
