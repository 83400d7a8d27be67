/**
 * The stage of rehearsals: a driver of the shipped engine before ports that do everything but send and change, and a clock that
 * stands still between deadlines, so that nobody waits for them and none is ever missed.
 */
import { type Instant, instant, latest } from '../../base/units.ts';
import { createDriver, type Driver } from '../../engine/driver.ts';
import type { Input } from '../../engine/input.ts';
import type { EngineSnapshot } from '../../engine/snapshot.ts';
import { linuxClock, type Ports } from '../failover/ports.ts';
import type { Play } from './play.ts';

export class Stage {
  readonly #ports: Pick<Ports, 'network' | 'kernel'>;
  #driver: Driver | undefined;
  #now = instant(0);
  #wakeAt: Instant | undefined;

  /** `ports` are those of a rehearsal, and stay the caller's. */
  constructor(ports: Pick<Ports, 'network' | 'kernel'>) {
    this.#ports = ports;
  }

  /** Whether something is to come. */
  get isOpen(): boolean {
    return this.#wakeAt !== undefined;
  }

  /** Everybody is a backup, or what they were in `resume`. */
  open({ model, state }: Play, resume?: EngineSnapshot): void {
    const { network, kernel } = this.#ports;
    this.#now = linuxClock.now();
    this.#driver = createDriver({
      model,
      resume,
      ports: {
        clock: { now: () => this.#now, wall: () => linuxClock.wall() },
        timer: {
          arm: (at) => {
            this.#wakeAt = at;
          },
        },
        network: {
          listen: () => [],
          transmit: (datagrams) => network.transmit(datagrams),
          announce: (frames) => network.announce(frames),
          receive: (limit) => network.receive(limit),
        },
        kernel: {
          watch: () => undefined,
          observe: () => state,
          apply: (operations) => kernel.apply(operations),
          changes: () => kernel.changes(),
        },
        neighbours: { watch: () => undefined, claims: () => [] },
        report: () => undefined,
      },
    });
    this.#driver.start();
  }

  tell(input: Input): void {
    this.#driver?.tell(input);
  }

  /** Serves the next deadline now, whenever it is. */
  advance(): void {
    this.#now = latest(this.#now, this.#wakeAt ?? this.#now);
    this.#driver?.timerDue();
  }

  /** Everybody resigns. Returns what they were before. */
  clear(): EngineSnapshot | undefined {
    const was = this.#driver?.snapshot();
    this.#driver?.tell({ kind: 'stop' });
    return was;
  }
}
