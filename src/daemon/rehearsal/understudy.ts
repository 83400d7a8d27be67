/**
 * A take-over comes once in months, and by then the processor's caches hold everything but what it needs: its first
 * advertisement would leave three times as late as one that follows another. So in the last moments before a deadline after a
 * long silence the process, which is awake already, plays take-overs that nobody sees.
 */
import { after, between, type Duration, type Instant, microseconds } from '../../base/units.ts';
import type { FailoverModel } from '../../engine/model.ts';
import { awaitAwake, linuxClock, openPorts, type Ports } from '../failover/ports.ts';
import { type Play, playOf } from './play.ts';
import { Stage } from './stage.ts';

/** After a start or a take-over, in milliseconds, until it gets ready for the next. */
const rest = 500;
/** What getting ready, with cold caches, may be expected to take on a machine of which nothing is known. */
const usualCost = microseconds(1_200);
/** Left beside that; on a busy machine it takes longer by as much. */
const margin = microseconds(1_000);
/** A play alone fits in here. */
const least = microseconds(900);
/** The second play, with warm caches, begins so long before the deadline, or not at all. */
const repetition = microseconds(600);

export class Understudy {
  readonly #ports: Ports;
  /** The second time is faster than the first, and the third no faster than the second. */
  readonly #stages: readonly [Stage, Stage];
  #play: Play;
  /** Whether it has been played, and so been compiled. */
  #isKnown = false;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  /** What the collection and the first play took last: where there is less time, it is a play alone. */
  #cost: Duration = usualCost;

  constructor(model: FailoverModel) {
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
    this.#play = playOf(model);
    this.#prepareLater();
  }

  /** Another configuration runs from now on. */
  suit(model: FailoverModel): void {
    this.#play = playOf(model);
    this.#isKnown = false;
    this.#isReady = false;
    this.#prepareLater();
  }

  /** Plays once at once, which may take long, and once more as shortly before `deadline` as it can. */
  play(deadline: Instant): void {
    const start = linuxClock.now();
    const time = between(start, deadline);
    if (!this.#isReady || time < least) return;
    this.#isReady = false;
    const isEnough = time >= this.#cost + margin;
    // Else a collection may come in the middle of the take-over.
    if (isEnough) globalThis.gc?.({ type: 'minor', execution: 'sync' });
    const [first, second] = this.#stages;
    first.advance();
    const over = linuxClock.now();
    if (isEnough) this.#cost = between(start, over);
    this.#prepareLater();
    const again = after(deadline, microseconds(-repetition));
    if (over > again) return;
    awaitAwake(again);
    second.advance();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ports.close();
  }

  #prepareLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#prepare(), rest);
  }

  /** Goes to where a take-over begins. */
  #prepare(): void {
    for (const stage of this.#stages) {
      if (!this.#isKnown) this.#learn(stage);
      stage.open(this.#play);
      // What a start leaves to be done comes first.
      stage.advance();
    }
    this.#isReady = true;
  }

  #learn(stage: Stage): void {
    stage.open(this.#play);
    stage.advance();
    stage.advance();
    stage.clear();
    this.#isKnown = true;
  }
}
