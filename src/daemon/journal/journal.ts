/** The daemon's voice: reports and remarks in, lines out, and the memory that `explain` reads. */
import { readFileSync } from 'node:fs';
import type { Instant, WallTime } from '../../base/units.ts';
import { between, wallTime } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import { type History, recordRemark, recordTransition } from './history.ts';
import { sentences } from './sentence.ts';
import { ServiceHistory } from './service-history.ts';
import { serviceLines } from './service-sentence.ts';
import { type Line, type Loudness, syslogLevel } from './severity.ts';
import type { Speaker, Voice } from './voice.ts';

export interface JournalOptions {
  readonly voices: readonly Voice[];
  /** Lines less urgent than this are not said; `explain` knows them all the same. */
  readonly quietest?: Loudness;
  /** CLOCK_MONOTONIC. */
  now(): Instant;
  wall(): WallTime;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly services = new ServiceHistory();
  #history: History = new Map();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get history(): History {
    return this.#history;
  }

  get dropped(): number {
    return this.#options.voices.reduce((sum, { dropped }) => sum + dropped, 0);
  }

  say(loudness: Loudness, text: string): void {
    this.#write({ loudness, text }, this.#options.wall(), 'daemon');
  }

  /** Says it and remembers it as part of the instance's story. */
  remark(loudness: Loudness, instance: string, text: string): void {
    const wall = this.#options.wall();
    this.#write({ loudness, text: `(${instance}) ${text}` }, wall, 'failover');
    this.#history = recordRemark(this.#history, instance, {
      at: this.#options.now(),
      wall,
      text,
    });
  }

  report(report: Report): void {
    const wall = this.wallAt(report.at);
    for (const line of sentences(report, processName)) {
      this.#write(line, wall, 'failover');
      if (report.kind !== 'transition' && 'instance' in report && report.instance !== undefined) {
        const text = line.text.replace(`(${report.instance}) `, '');
        const remark = { at: report.at, wall, text };
        this.#history = recordRemark(this.#history, report.instance, remark);
      }
    }
    if (report.kind === 'transition') this.#history = recordTransition(this.#history, report, wall);
  }

  reportService(report: BalancerReport): void {
    const wall = this.wallAt(report.at);
    const lines = serviceLines(report);
    for (const line of lines) this.#write(line, wall, 'balancer');
    this.services.record(
      report,
      lines.map(({ text }) => text),
      wall,
    );
  }

  wallAt(at: Instant): WallTime {
    return wallTime(this.#options.wall() - between(at, this.#options.now()));
  }

  /** Waits a little for the readers. */
  close(done: () => void): void {
    const { voices } = this.#options;
    let left = voices.length;
    if (left === 0) done();
    for (const voice of voices) {
      voice.drain(500, () => {
        left -= 1;
        if (left === 0) done();
      });
    }
  }

  #write(line: Line, wall: WallTime, speaker: Speaker): void {
    const { voices, quietest } = this.#options;
    if (quietest !== undefined && syslogLevel[line.loudness] > syslogLevel[quietest]) return;
    const said = { ...line, text: line.text.replaceAll('\n', ' ') };
    for (const voice of voices) voice.say(said, wall, speaker);
  }
}

function processName(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
