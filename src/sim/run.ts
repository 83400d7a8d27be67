/** One run from one seed: draws the scenario, lets it happen, tells what was wrong. */
import { type Duration, type Instant, times } from '../base/units.ts';
import type { DriverFactory } from './host.ts';
import { tell } from './host.ts';
import { createJudge, type Failure } from './judge.ts';
import { createWatchman } from './liveness.ts';
import { everyObserver, type Observer } from './observer.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { scheduleTroubles } from './strike.ts';
import { createWorld, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly createDriver: DriverFactory;
  /** Sees everything the judge sees. */
  readonly observer?: Observer;
}

export interface Verdict {
  readonly scenario: Scenario;
  readonly events: number;
  readonly failure: Failure | undefined;
}

/** Far more events than any scenario needs: whoever gets here turns in circles. */
const EVENTS_MAX = 200_000;

export function runSeed(options: RunOptions): Verdict {
  const scenario = drawScenario(options.seed);
  let world: World | undefined;
  const judge = createJudge(
    () => world?.hosts ?? [],
    () => world?.queue.now() ?? (0 as Instant),
  );
  const observer =
    options.observer === undefined
      ? judge.observer
      : everyObserver([options.observer, judge.observer]);
  world = createWorld({ scenario, createDriver: options.createDriver, observer });
  scheduleTroubles(world);
  scheduleReload(world);
  const watchman = createWatchman(world, judge);
  const pace = Math.min(
    ...scenario.hosts.flatMap((host) => host.model.instances.map((each) => each.advertInterval)),
  ) as Duration;
  const { queue } = world;
  const watch = (): void => {
    watchman.look(queue.now());
    queue.in(times(pace, 0.5), watch);
  };
  queue.in(pace, watch);
  queue.at(scenario.settledAt, () => watchman.conclude(queue.now()));
  const { events, crash } = letHappen(world, judge.failure);
  if (judge.failure() === undefined) watchman.conclude(queue.now());
  return { scenario, events, failure: crash ?? judge.failure() };
}

/** The same configuration again, when all is settled: nothing may move. */
function scheduleReload(world: World): void {
  const { scenario, queue, hosts } = world;
  queue.at(((scenario.settledAt + scenario.endAt) / 2) as Instant, () => {
    for (const host of hosts) tell(world, host, { kind: 'configure', model: host.model });
  });
}

function letHappen(
  world: World,
  failure: () => Failure | undefined,
): { readonly events: number; readonly crash: Failure | undefined } {
  const { queue, scenario } = world;
  let events = 0;
  try {
    while (failure() === undefined && queue.step(scenario.endAt)) {
      events += 1;
      if (events < EVENTS_MAX) continue;
      const words = `${EVENTS_MAX} events and no end: something turns in circles`;
      return { events, crash: { kind: 'liveness', at: queue.now(), words } };
    }
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { events, crash: { kind: 'crash', at: queue.now(), words } };
  }
  return { events, crash: undefined };
}
