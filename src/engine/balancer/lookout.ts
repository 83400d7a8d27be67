/**
 * When the plane is looked at, and how much of it. nftables tells when others have changed something, so it is looked at
 * as a matter of form. IPVS tells nobody: as long as all of it can be looked at within a hundredth of a second it is, each
 * second; beyond that a glimpse shows nearly everything, and what it does not show is gone through service by service.
 */
import type { ServiceKey } from '../../base/service.ts';
import {
  after,
  type Duration,
  earliest,
  type Instant,
  microseconds,
  seconds,
} from '../../base/units.ts';

/** How often the plane is asked whether somebody else has changed it. */
const pause = seconds(1);
/** A plane that tells is looked at in whole as often. */
const longestPause = seconds(60);
/** Looking may take this part of the time. */
const share = 1 / 100;
/** What one look may take, that comes each second. */
const budget = (pause * share) as Duration;
/** What looking at a service takes, until it is known. */
const guess = microseconds(300);
/** Looks, one each second, in which every service has been gone through, where a glimpse shows nearly everything. */
const turn = 3_600;

export interface LookoutOptions {
  readonly plane: 'ipvs' | 'nftables';
  /** Of all services that are ours. */
  keys(): readonly ServiceKey[];
}

/** What is to be looked at now. */
export interface Look {
  readonly whole: boolean;
  readonly glance: boolean;
  readonly services: readonly ServiceKey[];
}

const nothing: Look = { whole: false, glance: false, services: [] };

export class Lookout {
  readonly #options: LookoutOptions;
  #at: Instant | undefined;
  /** Of a plane that tells: when all of it is looked at again. */
  #wholeAt: Instant | undefined;
  /** What looking at a service takes. */
  #each: Duration = guess;
  /** The last glimpse showed servers too. */
  #showsServers = true;
  /** How long the last look took. */
  #before = 0 as Duration;
  #next = 0;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  get wakeAt(): Instant | undefined {
    return earliest(this.#at, this.#wholeAt);
  }

  /** All of it was looked at. */
  observed(count: number, took: Duration, now: Instant): void {
    this.#took(count, took);
    this.#at = after(now, this.#pauseAfter(took));
    if (this.#options.plane !== 'nftables') return;
    this.#at = after(now, pause);
    this.#wholeAt = after(now, longestPause);
  }

  looked(count: number, took: Duration): void {
    this.#took(count, took);
  }

  glimpsed(withServers: boolean, took: Duration, now: Instant): void {
    this.#showsServers = withServers;
    this.#at = after(now, this.#pauseAfter(took));
  }

  due(now: Instant): Look {
    if (this.#wholeAt !== undefined && this.#wholeAt <= now) {
      this.#wholeAt = after(now, longestPause);
      this.#at = after(now, pause);
      return { ...nothing, whole: true };
    }
    if (this.#at === undefined || this.#at > now) return nothing;
    this.#at = after(now, pause);
    if (this.#options.plane === 'nftables') return { ...nothing, glance: true };
    const keys = this.#options.keys();
    if (keys.length * this.#each <= budget) return { ...nothing, whole: true };
    return { whole: false, glance: true, services: this.#portion(keys) };
  }

  #took(count: number, took: Duration): void {
    if (count > 0) this.#each = Math.ceil(took / count) as Duration;
  }

  /** The shorter of two looks counts: one that others have held up says nothing of what looking costs. */
  #pauseAfter(took: Duration): Duration {
    const shorter = Math.min(took, this.#before);
    this.#before = took;
    return Math.max(pause, Math.ceil(shorter / share)) as Duration;
  }

  #portion(keys: readonly ServiceKey[]): readonly ServiceKey[] {
    const count = this.#showsServers
      ? Math.ceil(keys.length / turn)
      : Math.max(1, Math.floor(budget / this.#each));
    const from = this.#next >= keys.length ? 0 : this.#next;
    this.#next = from + count;
    return keys.slice(from, from + count);
  }
}
