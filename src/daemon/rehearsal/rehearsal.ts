/**
 * What a failover process does before it is needed: it plays take-overs before ports that do everything but send and
 * change, so that the code of a take-over is compiled, and its types are known, when the take-over comes. The first one
 * of a process costs it two milliseconds otherwise.
 */
import type { FailoverModel } from '../../engine/model.ts';
import type { EngineSnapshot } from '../../engine/snapshot.ts';
import { linuxClock, openPorts } from '../failover/ports.ts';
import { type Play, shortPlay } from './play.ts';
import { Stage } from './stage.ts';

const rounds = 10;
/** Wake-ups in a round: the take-over, its advertisements, the second burst of announcements. */
const steps = 12;
/** As many instances are enough to walk every path, and a thousand would take the processor from others. */
const castMost = 4;

/** Ends by itself, or when it is told to; then it calls `over`, once. */
export interface Rehearsal {
  stop(): void;
}

/** Without a model it plays one of its own. */
export function rehearse(model: FailoverModel | undefined, over: () => void): Rehearsal {
  const series = new Series(model, over);
  series.begin();
  return { stop: () => series.end() };
}

class Series {
  readonly #over: () => void;
  readonly #ports = openPorts(
    {
      networkReady: () => undefined,
      neighboursReady: () => undefined,
      kernelReady: () => undefined,
      timerDue: () => this.#dueOrOver(),
      timerSoon: () => () => undefined,
    },
    true,
  );
  readonly #stage = new Stage(this.#ports);
  readonly #play: Play;
  #was: EngineSnapshot | undefined;
  #round = 0;
  #step = 0;
  #isOver = false;

  constructor(model: FailoverModel | undefined, over: () => void) {
    this.#over = over;
    this.#play =
      model === undefined
        ? shortPlay
        : {
            model: { ...model, instances: model.instances.slice(0, castMost), groups: [] },
            state: this.#ports.kernel.observe(),
          };
  }

  /** Every other round goes on from where the one before has come. */
  begin(): void {
    this.#stage.open(this.#play, this.#round % 2 === 0 ? undefined : this.#was);
    this.#ports.timer.arm(linuxClock.now());
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ports.close();
    this.#over();
  }

  /** Whatever goes wrong here will be told by the process that runs in earnest. */
  #dueOrOver(): void {
    try {
      this.#due();
    } catch {
      this.end();
    }
  }

  #due(): void {
    if (this.#isOver) return;
    this.#stage.advance();
    this.#step += 1;
    if (this.#step < steps && this.#stage.isOpen) {
      this.#ports.timer.arm(linuxClock.now());
      return;
    }
    this.#was = this.#stage.clear();
    this.#step = 0;
    this.#round += 1;
    if (this.#round < rounds) this.begin();
    else this.end();
  }
}
