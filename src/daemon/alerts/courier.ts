/** Carries alerts to one place: one delivery at a time, in order, again and again until it is taken or too old. */
import { after, type Duration, type Instant, seconds, times } from '../../base/units.ts';
import type { Counterpart } from '../counterpart.ts';
import type { Loudness } from '../journal/severity.ts';
import { type Alert, subjectOf } from './alert.ts';
import { AlertBacklog } from './backlog.ts';

export type Delivery =
  | { readonly kind: 'taken' }
  /** Worth another try, not before `pause` where the place says so. */
  | { readonly kind: 'later'; readonly why: string; readonly pause?: Duration | undefined }
  /** It will never be taken. */
  | { readonly kind: 'refused'; readonly why: string };

export interface CourierOptions {
  /** `mail relay 192.0.2.25:25`, for people. */
  readonly place: string;
  /** How many alerts one delivery carries when so many wait. */
  batch(waiting: number): number;
  /** Must settle; never throws. */
  deliver(alerts: readonly Alert[]): Promise<Delivery>;
  now(): Instant;
  say(loudness: Loudness, text: string): void;
}

/** More than a night of flapping; some hundred kilobytes. */
const capacity = 2_000;
const shortestPause = seconds(1);
const longestPause = seconds(60);
/** What is older than this when its turn comes and is not taken is given up. */
const patience = seconds(3_600);

export class Courier {
  readonly #options: CourierOptions;
  readonly #waiting = new AlertBacklog<Alert>(capacity, subjectOf);
  #pause: Duration = shortestPause;
  #timer: NodeJS.Timeout | undefined;
  #delivery: Promise<void> | undefined;
  /** Why the place does not take what is carried to it. */
  #trouble: string | undefined;
  #isClosed = false;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  get counterpart(): Counterpart {
    const { size: waiting, lost } = this.#waiting;
    return { what: this.#options.place, trouble: this.#trouble, waiting, lost };
  }

  carry(alert: Alert): void {
    this.#waiting.add(alert);
    // A burst is seen as one: whoever reports it has told everything before the next turn of the loop.
    if (this.#delivery === undefined && this.#timer === undefined) this.#wait(0 as Duration);
  }

  /** Gives what waits a last chance of so many milliseconds. */
  async close(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    clearTimeout(this.#timer);
    while (performance.now() < end && (this.#delivery !== undefined || this.#waiting.size > 0)) {
      this.#delivery ??= this.#run();
      await Promise.race([this.#delivery, rest(end - performance.now())]);
      if (this.#trouble !== undefined) break;
    }
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const { size } = this.#waiting;
    if (size === 0) return;
    this.#options.say(
      'warning',
      `${this.#options.place}: ${size} messages could not be delivered before the end`,
    );
  }

  #wait(pause: Duration): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#delivery ??= this.#run();
    }, pause / 1_000);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const { batch, deliver } = this.#options;
    const alerts = this.#waiting.first(batch(this.#waiting.size));
    const delivery = await deliver(alerts);
    this.#delivery = undefined;
    if (this.#isClosed) return;
    this.#judge(alerts, delivery);
    if (this.#waiting.size > 0 && this.#timer === undefined) this.#wait(0 as Duration);
  }

  #judge(alerts: readonly Alert[], delivery: Delivery): void {
    const { place, say, now } = this.#options;
    switch (delivery.kind) {
      case 'taken':
        this.#waiting.drop(alerts);
        if (this.#trouble !== undefined) say('notice', `${place} takes messages again`);
        this.#trouble = undefined;
        this.#pause = shortestPause;
        return;
      case 'refused':
        this.#waiting.giveUp(alerts);
        say('error', `${place} refused ${named(alerts)}, which is lost: ${delivery.why}`);
        return;
      case 'later': {
        if (this.#trouble === undefined) {
          say(
            'warning',
            `${place} did not take ${named(alerts)}: ${delivery.why}; it is tried again`,
          );
        }
        this.#trouble = delivery.why;
        const old = alerts.filter(({ at }) => after(at, patience) < now());
        if (old.length > 0) {
          this.#waiting.giveUp(old);
          say(
            'error',
            `${place} did not take ${named(old)} for an hour, which is lost: ${delivery.why}`,
          );
        }
        this.#wait(delivery.pause ?? this.#pause);
        this.#pause = Math.min(times(this.#pause, 2), longestPause) as Duration;
      }
    }
  }
}

function named(alerts: readonly Alert[]): string {
  const [first] = alerts;
  if (first === undefined) return 'nothing';
  const more = alerts.length - 1;
  return more === 0 ? `"${first.headline}"` : `"${first.headline}" and ${more} more`;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(milliseconds, 0));
  });
}
