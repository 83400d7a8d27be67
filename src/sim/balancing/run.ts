/** One seed: the shipped balancer in a virtual world, with mishaps, judged all along. */
import { createRandom } from '../../base/random.ts';
import type { Duration } from '../../base/units.ts';
import type { BalancerDriver, BalancerDriverOptions } from '../../engine/balancer/driver.ts';
import { type BalancingScenario, drawBalancing } from './scenario.ts';
import { World } from './world.ts';

export interface BalancingFailure {
  readonly at: Duration;
  readonly words: string;
}

export interface BalancingVerdict {
  readonly scenario: BalancingScenario;
  readonly failure: BalancingFailure | undefined;
  readonly events: number;
}

export interface BalancingOptions {
  readonly seed: number;
  readonly createDriver: (options: BalancerDriverOptions) => BalancerDriver;
  readonly tell?: (at: Duration, words: string) => void;
}

export function runBalancing(options: BalancingOptions): BalancingVerdict {
  const random = createRandom(options.seed);
  const scenario = drawBalancing(random.fork('scenario'));
  const world = new World(options, scenario, random.fork('world'));
  let events = 0;
  let failure: BalancingFailure | undefined;
  try {
    world.start();
    while (world.queue.step(world.endsAt)) events += 1;
    world.judgeEnd();
  } catch (thrown) {
    const words = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    failure = {
      at: world.queue.now() as number as Duration,
      words: words.split('\n', 3).join(' '),
    };
  }
  return { scenario, failure, events };
}
