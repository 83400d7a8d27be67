/**
 * The balancer's loop over its ports, identical live and simulated: hand the engine what has happened, carry out what
 * it asks for in the order of `BalancerOutput`, until it asks for nothing more.
 */
import { between, type Duration, plus } from '../../base/units.ts';
import type { CheckOutcome, CheckRequest } from '../../health/check.ts';
import type { DataPlane } from '../../plane.ts';
import type { Clock, Timer } from '../../ports.ts';
import { BalancerEngine, type BalancerOptions } from './engine.ts';
import type { BalancerInput } from './input.ts';
import type { MemoryChange } from './memory.ts';
import type { BalancerOutput } from './output.ts';
import type { BalancerReport } from './report.ts';
import type { BalancerSnapshot } from './snapshot.ts';

/** Whoever holds the conversations with the servers. Answers go to `outcomes` of the driver, later. */
export interface Checks {
  begin(requests: readonly CheckRequest[]): void;
  /** By `CheckRequest.checker`. */
  cancel(checkers: readonly string[]): void;
}

export interface BalancerPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly plane: DataPlane;
  readonly checks: Checks;
  /** Must return at once and never throw. */
  report(reports: readonly BalancerReport[]): void;
  /** What a successor must know; the same holds. */
  remember(changes: readonly MemoryChange[]): void;
}

export interface BalancerDriverOptions extends Omit<BalancerOptions, 'now' | 'plane'> {
  readonly ports: BalancerPorts;
}

export interface BalancerDriver {
  /** Looks at the plane and takes the first step. */
  start(): void;
  timerDue(): void;
  outcomes(outcomes: readonly CheckOutcome[]): void;
  tell(input: BalancerInput): void;
  snapshot(): BalancerSnapshot;
  /** After `stop`: what was ours is gone, or was left as asked. */
  readonly finished: boolean;
}

export function createBalancerDriver(options: BalancerDriverOptions): BalancerDriver {
  const { ports, ...rest } = options;
  const { clock, timer, plane, checks } = ports;
  const engine = new BalancerEngine({ ...rest, now: clock.now(), plane: plane.kind });
  const answers: BalancerInput[] = [];
  let finished = false;

  /** How long it took to make something of what was observed last. */
  let digestion = 0 as Duration;
  const observe = (): BalancerInput => {
    const from = clock.now();
    const services = plane.observe();
    const took = plus(between(from, clock.now()), digestion);
    return { kind: 'observed', services, took };
  };
  const glance = (): void => {
    const services = plane.outline?.();
    if (services !== undefined) answers.push({ kind: 'outlined', services });
    else if (plane.disturbed()) answers.push({ kind: 'disturbed' });
  };
  const arrange = ({ timeouts, synchronise }: BalancerOutput): void => {
    if (timeouts !== undefined) {
      const result = plane.setTimeouts(timeouts);
      answers.push({ kind: 'arranged', what: 'timeouts', result });
    }
    if (synchronise === undefined) return;
    const result = plane.synchronise(synchronise);
    answers.push({ kind: 'arranged', what: 'synchronisation', result });
  };
  const carryOut = (output: BalancerOutput): void => {
    if (output.cancel.length > 0) checks.cancel(output.cancel);
    if (output.operations.length > 0) {
      const { operations } = output;
      answers.push({ kind: 'applied', operations, results: plane.apply(operations) });
    }
    arrange(output);
    if (output.observe) answers.push(observe());
    if (output.glance) glance();
    if (output.begin.length > 0) checks.begin(output.begin);
    if (output.memory.length > 0) ports.remember(output.memory);
    if (output.reports.length > 0) ports.report(output.reports);
    finished ||= output.finished;
  };
  let isFeeding = false;
  const feed = (input: BalancerInput): void => {
    answers.push(input);
    // A port that answers at once must not begin a step within a step.
    if (isFeeding) return;
    isFeeding = true;
    let last: BalancerOutput | undefined;
    for (let next = answers.shift(); next !== undefined; next = answers.shift()) {
      const from = clock.now();
      last = engine.step(next, from);
      if (next.kind === 'observed') digestion = between(from, clock.now());
      carryOut(last);
    }
    isFeeding = false;
    timer.arm(last?.wakeAt);
  };
  return {
    start() {
      // Changes that came before this are part of what is observed.
      plane.disturbed();
      feed(observe());
    },
    timerDue: () => feed({ kind: 'wake' }),
    outcomes: (outcomes) => feed({ kind: 'outcomes', outcomes }),
    tell: feed,
    snapshot: () => engine.snapshot(clock.now()),
    get finished() {
      return finished;
    },
  };
}
