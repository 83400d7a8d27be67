/**
 * A take-over comes once in months, and by then the processor's caches hold everything but what it needs: its first
 * advertisement would leave three times as late as one that follows another. So in the last moments before a deadline after a
 * long silence the process, which is awake already, plays take-overs that nobody sees.
 */
import { after, between, type Duration, type Instant, microseconds } from '../base/units.ts';
import { awaitAwake, linuxClock, openPorts, type Ports } from './ports.ts';
import { Stage, shortPlay } from './stage.ts';

/** After a start or a take-over, in milliseconds, until it gets ready for the next. */
const rest = 500;
/** What plays with cold caches may be expected to take on a machine of which nothing is known. */
const usualCost = microseconds(1_200);
/** Left between the last play and the deadline; on a busy machine plays take longer by as much. */
const margin = microseconds(1_000);
/** The first play brings nearly all; another is begun no later than so long before the deadline. */
const repetition = microseconds(400);

export class Understudy {
  readonly #ports: Ports;
  /** The second time is faster than the first, and the third no faster than the second. */
  readonly #stages: readonly Stage[];
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  /** What it took last: a machine on which that is more than there is time does without. */
  #cost: Duration = usualCost;

  constructor() {
    const nothing = (): void => undefined;
    this.#ports = openPorts(
      {
        networkReady: nothing,
        neighboursReady: nothing,
        kernelReady: nothing,
        timerDue: nothing,
        timerSoon: () => nothing,
      },
      true,
    );
    this.#stages = [new Stage(this.#ports), new Stage(this.#ports)];
    this.#prepareLater();
  }

  /** Plays as shortly before `deadline` as it can, when it is ready and there is time for it. */
  play(deadline: Instant): void {
    const start = after(deadline, microseconds(-this.#cost - margin));
    if (!this.#isReady || linuxClock.now() > start) return;
    this.#isReady = false;
    awaitAwake(start);
    // Else a collection may come in the middle of the take-over.
    globalThis.gc?.({ type: 'minor', execution: 'sync' });
    const latest = after(deadline, microseconds(-repetition));
    for (const [index, stage] of this.#stages.entries()) {
      if (index === 0 || linuxClock.now() < latest) stage.advance();
    }
    this.#cost = between(start, linuxClock.now());
    this.#prepareLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ports.close();
  }

  #prepareLater(): void {
    this.#timer = setTimeout(() => this.#prepare(), rest);
  }

  /** Goes to where a take-over begins. */
  #prepare(): void {
    for (const stage of this.#stages) {
      stage.open(shortPlay);
      // What a start leaves to be done comes first.
      stage.advance();
    }
    this.#isReady = true;
  }
}
