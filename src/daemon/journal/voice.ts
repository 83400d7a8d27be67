/** One way for the journal to be heard. None may ever wait for a listener. */
import type { WallTime } from '../../base/units.ts';
import { type Line, syslogLevel } from './severity.ts';
import type { LineSink } from './sink.ts';

/** Which process a line is about: keepalived has a name in syslog for each. */
export type Speaker = 'daemon' | 'failover' | 'balancer';

export interface Voice {
  /** The text has no newline. */
  say(line: Line, wall: WallTime, speaker: Speaker): void;
  /** Calls `done` when all has been said, or `milliseconds` have passed. */
  drain(milliseconds: number, done: () => void): void;
  /** Lines that nobody heard. */
  readonly dropped: number;
}

/** Lines for people, with time and loudness. */
export function plainVoice(sink: LineSink): Voice {
  return lineVoice(
    sink,
    ({ loudness, text }, wall) => `${renderWall(wall)} ${loudness.padEnd(7)} ${text}`,
  );
}

/** Lines for systemd's journal, which adds the time itself and understands `<4>` (sd-daemon(3)). */
export function systemdVoice(sink: LineSink): Voice {
  return lineVoice(sink, ({ loudness, text }) => `<${syslogLevel[loudness]}>${text}`);
}

function lineVoice(sink: LineSink, render: (line: Line, wall: WallTime) => string): Voice {
  return {
    say: (line, wall) => sink.line(render(line, wall)),
    drain: (milliseconds, done) => sink.drain(milliseconds, done),
    get dropped() {
      return sink.droppedTotal;
    },
  };
}

/** `2026-03-01T12:00:00.123456Z`. */
function renderWall(wall: WallTime): string {
  const date = new Date(Math.floor(wall / 1_000));
  const fraction = String(((wall % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return date.toISOString().replace(/\.\d+Z$/, `.${fraction}Z`);
}
