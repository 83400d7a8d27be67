/** The daemon's voice: reports and remarks in, lines out, and the memory that `explain` reads. */
import { readFileSync } from 'node:fs';
import type { Instant, WallTime } from '../../base/units.ts';
import { between, wallTime } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import { type History, recordRemark, recordTransition } from './history.ts';
import { sentences } from './sentence.ts';
import { type Line, type Loudness, syslogLevel } from './severity.ts';
import type { LineSink } from './sink.ts';

export interface JournalOptions {
  readonly sink: LineSink;
  /** CLOCK_MONOTONIC. */
  now(): Instant;
  wall(): WallTime;
  /** Whether systemd's journal reads the lines: it adds the time itself and understands `<4>`. */
  readonly systemd: boolean;
}

export class Journal {
  readonly #options: JournalOptions;
  #history: History = new Map();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get history(): History {
    return this.#history;
  }

  get dropped(): number {
    return this.#options.sink.droppedTotal;
  }

  say(loudness: Loudness, text: string): void {
    this.#write({ loudness, text }, this.#options.wall());
  }

  /** Says it and remembers it as part of the instance's story. */
  remark(loudness: Loudness, instance: string, text: string): void {
    const wall = this.#options.wall();
    this.#write({ loudness, text: `(${instance}) ${text}` }, wall);
    this.#history = recordRemark(this.#history, instance, {
      at: this.#options.now(),
      wall,
      text,
    });
  }

  report(report: Report): void {
    const wall = this.wallAt(report.at);
    for (const line of sentences(report, processName)) {
      this.#write(line, wall);
      if (report.kind !== 'transition' && 'instance' in report && report.instance !== undefined) {
        const text = line.text.replace(`(${report.instance}) `, '');
        const remark = { at: report.at, wall, text };
        this.#history = recordRemark(this.#history, report.instance, remark);
      }
    }
    if (report.kind === 'transition') this.#history = recordTransition(this.#history, report, wall);
  }

  wallAt(at: Instant): WallTime {
    return wallTime(this.#options.wall() - between(at, this.#options.now()));
  }

  /** Waits a little for the reader. */
  close(done: () => void): void {
    this.#options.sink.drain(500, done);
  }

  #write(line: Line, wall: WallTime): void {
    const text = line.text.replaceAll('\n', ' ');
    this.#options.sink.line(
      this.#options.systemd
        ? `<${syslogLevel[line.loudness]}>${text}`
        : `${renderWall(wall)} ${line.loudness.padEnd(7)} ${text}`,
    );
  }
}

/** `2026-03-01T12:00:00.123456Z`. */
function renderWall(wall: WallTime): string {
  const date = new Date(Math.floor(wall / 1_000));
  const fraction = String(((wall % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return date.toISOString().replace(/\.\d+Z$/, `.${fraction}Z`);
}

function processName(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
