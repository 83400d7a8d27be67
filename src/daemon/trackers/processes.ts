/**
 * Tracked processes: followed by the kernel's own events where it tells them, else by looking at /proc again and again.
 * Loaded only when something is tracked.
 */
import type { Instant } from '../../base/units.ts';
import { between, earliest, toMilliseconds } from '../../base/units.ts';
import type { TrackProcessModel } from '../../engine/translation/supervisor-trackers.ts';
import { ProcessEvents, type ProcessEventsHandler } from '../../linux/process-events.ts';
import type { BufferOrder } from '../../linux/socket.ts';
import type { Loudness } from '../journal/severity.ts';
import { Census } from './census.ts';
import { needsCommandLine } from './matching.ts';
import { procTable } from './proc.ts';
import {
  type ProcessCount,
  type QuorumState,
  quorumAt,
  recount,
  renderCount,
  wake,
} from './quorum.ts';

export interface ProcessTrackersOptions {
  now(): Instant;
  /** Told at first, then only when it changes. */
  verdict(tracker: string, up: boolean, detail: string): void;
  say(loudness: Loudness, text: string): void;
  /** False looks at /proc only; for tests. */
  readonly mayListen?: boolean;
}

interface Entry {
  readonly plan: TrackProcessModel;
  state: QuorumState | undefined;
}

/** How often /proc is looked at where the kernel tells no events. */
const scanEvery = 1_000;
/** After an overrun the storm may go on: not more often than this. */
const rescanPause = 50;

export class ProcessTrackers {
  readonly #options: ProcessTrackersOptions;
  #entries: readonly Entry[] = [];
  #census: Census | undefined;
  #events: ProcessEvents | undefined;
  #scan: NodeJS.Timeout | undefined;
  #rescan: NodeJS.Timeout | undefined;
  #delay: NodeJS.Timeout | undefined;

  constructor(options: ProcessTrackersOptions) {
    this.#options = options;
  }

  /** Tracks these from now on. A tracker that is as it was keeps its verdict. */
  configure(plans: readonly TrackProcessModel[], buffer?: BufferOrder): void {
    const before = new Map(this.#entries.map((entry) => [JSON.stringify(entry.plan), entry.state]));
    this.#entries = plans.map((plan) => ({ plan, state: before.get(JSON.stringify(plan)) }));
    const wanted = new Map(plans.map((plan) => [plan.tracker, plan]));
    this.#census = new Census(wanted, procTable(plans.some(needsCommandLine)));
    if (plans.length === 0) this.close();
    else {
      // Listening begins before counting, so that nothing falls in between.
      if (this.#events === undefined && this.#scan === undefined) this.#listen(buffer);
      this.#countAnew();
    }
  }

  facts(): readonly ProcessCount[] {
    return this.#entries.flatMap(({ plan, state }) => {
      if (state === undefined) return [];
      const { count, up, changeAt } = state;
      return [{ tracker: plan.tracker, count, up, isWaiting: changeAt !== undefined }];
    });
  }

  close(): void {
    this.#events?.close();
    this.#events = undefined;
    for (const timer of [this.#scan, this.#rescan, this.#delay]) clearTimeout(timer);
    this.#scan = undefined;
  }

  #listen(buffer: BufferOrder | undefined): void {
    const { mayListen = true, say } = this.#options;
    if (mayListen) {
      const handler: ProcessEventsHandler = {
        events: (events) => {
          for (const event of events) this.#census?.heed(event);
          this.#compare();
        },
        overrun: () => this.#overrun(),
      };
      const opened = ProcessEvents.open(handler, buffer);
      if (opened.ok) {
        this.#events = opened.value;
        return;
      }
      const { code } = opened.error;
      say(
        'notice',
        `the kernel does not tell about processes here (${code}): looking at /proc every ${scanEvery / 1_000} s`,
      );
    }
    this.#scan = setInterval(() => this.#countAnew(), scanEvery).unref();
  }

  /** What was lost cannot be known, so everything is looked at, once the storm lets up. */
  #overrun(): void {
    this.#rescan ??= setTimeout(() => {
      this.#rescan = undefined;
      this.#countAnew();
    }, rescanPause).unref();
  }

  #countAnew(): void {
    this.#census?.recount();
    this.#compare();
  }

  #compare(): void {
    const now = this.#options.now();
    for (const entry of this.#entries) {
      const { plan, state } = entry;
      const count = this.#census?.count(plan.tracker) ?? 0;
      if (state?.count === count) continue;
      const next = state === undefined ? quorumAt(plan, count) : recount(plan, state, count, now);
      this.#adopt(entry, next);
    }
    this.#arm();
  }

  #adopt(entry: Entry, next: QuorumState): void {
    const { plan, state } = entry;
    entry.state = next;
    if (state?.up === next.up) return;
    this.#options.verdict(plan.tracker, next.up, renderCount(plan, next.count));
  }

  #arm(): void {
    let next: Instant | undefined;
    for (const { state } of this.#entries) next = earliest(next, state?.changeAt);
    clearTimeout(this.#delay);
    if (next === undefined) return;
    const wait = Math.max(0, Math.ceil(toMilliseconds(between(this.#options.now(), next))));
    this.#delay = setTimeout(() => {
      const now = this.#options.now();
      for (const entry of this.#entries) {
        if (entry.state !== undefined) this.#adopt(entry, wake(entry.state, now));
      }
      this.#arm();
    }, wait).unref();
  }
}
