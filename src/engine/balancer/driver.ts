/**
 * The balancer's loop over its ports, identical live and simulated: hand the engine what has happened, carry out what
 * it asks for in the order of `BalancerOutput`, until it asks for nothing more.
 */
import type { ServiceKey } from '../../base/service.ts';
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
  /** Of all services, or of those with these ids. */
  snapshot(services?: readonly string[]): BalancerSnapshot;
  /** After `stop`: what was ours is gone, or was left as asked. */
  readonly finished: boolean;
}

export function createBalancerDriver(options: BalancerDriverOptions): BalancerDriver {
  const { ports, ...rest } = options;
  const { clock, timer, plane, checks } = ports;
  const engine = new BalancerEngine({ ...rest, now: clock.now(), plane: plane.kind });
  const answers: BalancerInput[] = [];
  let finished = false;

  const eyes = eyesOn(plane, clock);
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
    answers.push(...eyes.lookAt(output));
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
      if (next.kind === 'observed') eyes.digested(between(from, clock.now()));
      carryOut(last);
    }
    isFeeding = false;
    timer.arm(last?.wakeAt);
  };
  return {
    start() {
      // Changes that came before this are part of what is observed.
      plane.disturbed();
      feed(eyes.observe());
    },
    timerDue: () => feed({ kind: 'wake' }),
    outcomes: (outcomes) => feed({ kind: 'outcomes', outcomes }),
    tell: feed,
    snapshot: (services) => engine.snapshot(clock.now(), services),
    get finished() {
      return finished;
    },
  };
}

interface Eyes {
  /** All of the plane. */
  observe(): BalancerInput;
  /** What an output asks to look at. */
  lookAt(output: Pick<BalancerOutput, 'observe' | 'glance' | 'look'>): readonly BalancerInput[];
  /** How long it took to make something of what was observed last. */
  digested(took: Duration): void;
}

function eyesOn(plane: DataPlane, clock: Clock): Eyes {
  let digestion = 0 as Duration;
  const timed = <Value>(act: () => Value): { readonly value: Value; readonly took: Duration } => {
    const from = clock.now();
    const value = act();
    return { value, took: between(from, clock.now()) };
  };
  const observe = (): BalancerInput => {
    const { value: services, took } = timed(() => plane.observe());
    return { kind: 'observed', services, took: plus(took, digestion) };
  };
  const glance = (): readonly BalancerInput[] => {
    const { value: glimpse, took } = timed(() => plane.glimpse?.());
    if (glimpse !== undefined) return [{ kind: 'glimpsed', glimpse, took }];
    return plane.disturbed() ? [{ kind: 'disturbed' }] : [];
  };
  const look = (keys: readonly ServiceKey[]): BalancerInput => {
    const { value: services, took } = timed(() => plane.look?.(keys));
    return services === undefined ? observe() : { kind: 'looked', keys, services, took };
  };
  return {
    observe,
    lookAt(output) {
      if (output.observe) return [observe()];
      const glanced = output.glance ? glance() : [];
      return output.look.length > 0 ? [...glanced, look(output.look)] : glanced;
    },
    digested(took) {
      digestion = took;
    },
  };
}
