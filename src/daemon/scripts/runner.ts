/** Runs every track script and every probe on its schedule and tells verdicts. */
import type { Instant } from '../../base/units.ts';
import { after, between, earliest, milliseconds, toMilliseconds } from '../../base/units.ts';
import { type Probe, renderProbe, startProbe } from '../probes/probe.ts';
import { type Command, renderCommand } from './command.ts';
import { type Ending, type RunningScript, startScript } from './process.ts';
import {
  deadline,
  type ScriptEffect,
  type ScriptEvent,
  type ScriptState,
  type ScriptTerms,
  scriptAt,
  step,
} from './schedule.ts';

export interface ScriptPlan extends ScriptTerms {
  readonly name: string;
  /** `script:NAME` or `probe:NAME`. */
  readonly tracker: string;
  readonly task: Task;
}

export type Task =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'probe'; readonly probe: Probe };

export interface ScriptRunnerOptions {
  now(): Instant;
  /** Told only when it changes, and once after the first result. */
  verdict(plan: ScriptPlan, up: boolean, detail: string): void;
  overrun(plan: ScriptPlan): void;
}

interface Entry {
  readonly plan: ScriptPlan;
  state: ScriptState;
  running: RunningScript | undefined;
}

export interface ScriptFacts {
  readonly name: string;
  readonly tracker: string;
  readonly command: string;
  readonly verdict: ScriptState['verdict'] | 'disabled';
  readonly detail: string;
  readonly running: boolean;
}

/** Starting a process takes the supervisor about this long: so many are not started in one breath. */
const spread = milliseconds(5);

export class ScriptRunner {
  readonly #options: ScriptRunnerOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ScriptRunnerOptions) {
    this.#options = options;
  }

  /** Runs these from now on. A script whose plan is as it was goes on undisturbed. */
  configure(plans: readonly ScriptPlan[]): void {
    const wanted = new Map(plans.map((plan) => [plan.tracker, plan]));
    for (const [name, entry] of this.#entries) {
      if (samePlan(wanted.get(name), entry.plan)) continue;
      this.#entries.delete(name);
      entry.running?.signal('SIGTERM');
    }
    const now = this.#options.now();
    let fresh = 0;
    for (const plan of wanted.values()) {
      if (this.#entries.has(plan.tracker)) continue;
      const offset = milliseconds((fresh * spread) / 1_000);
      fresh += 1;
      const state = scriptAt(plan, after(now, offset));
      this.#entries.set(plan.tracker, { plan, state, running: undefined });
      if (plan.initFail) this.#options.verdict(plan, false, 'init_fail: has not run yet');
    }
    this.#wake();
  }

  facts(): readonly ScriptFacts[] {
    return [...this.#entries.values()].map(({ plan, state }) => ({
      name: plan.name,
      tracker: plan.tracker,
      command: renderTask(plan.task),
      verdict: state.verdict,
      detail: state.detail,
      running: state.run.kind !== 'idle',
    }));
  }

  /** Stops scheduling and ends what runs. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const entry of this.#entries.values()) entry.running?.signal('SIGKILL');
    this.#entries.clear();
  }

  #wake(): void {
    const now = this.#options.now();
    for (const entry of this.#entries.values()) {
      if (deadline(entry.state) <= now) this.#feed(entry, { kind: 'wake' });
    }
    this.#arm();
  }

  #arm(): void {
    let next: Instant | undefined;
    for (const { state } of this.#entries.values()) next = earliest(next, deadline(state));
    clearTimeout(this.#timer);
    if (next === undefined) return;
    const wait = Math.ceil(toMilliseconds(between(this.#options.now(), next)));
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, Math.min(wait, 2 ** 31 - 1)));
  }

  #feed(entry: Entry, event: ScriptEvent): void {
    const { state, effects } = step(entry.plan, entry.state, event, this.#options.now());
    entry.state = state;
    for (const effect of effects) this.#carryOut(entry, effect);
  }

  #carryOut(entry: Entry, effect: ScriptEffect): void {
    const { plan } = entry;
    switch (effect.kind) {
      case 'start':
        entry.running = startTask(plan.task, ({ succeeded, detail }) => {
          entry.running = undefined;
          // It may have been configured away in the meantime.
          if (this.#entries.get(plan.tracker) !== entry) return;
          this.#feed(entry, { kind: 'ended', succeeded, detail });
          this.#arm();
        });
        return;
      case 'signal':
        entry.running?.signal(effect.signal);
        // A probe that is given up has ended.
        if (plan.task.kind === 'probe')
          this.#feed(entry, { kind: 'ended', succeeded: false, detail: '' });
        return;
      case 'verdict':
        this.#options.verdict(plan, effect.up, effect.detail);
        return;
      case 'overrun':
        this.#options.overrun(plan);
        return;
    }
  }
}

function startTask(task: Task, ended: (ending: Ending) => void): RunningScript {
  return task.kind === 'command' ? startScript(task.command, ended) : startProbe(task.probe, ended);
}

export function renderTask(task: Task): string {
  return task.kind === 'command' ? renderCommand(task.command) : renderProbe(task.probe);
}

function samePlan(one: ScriptPlan | undefined, other: ScriptPlan): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

/** Scripts that are not run. */
export function disabledFacts(
  scripts: readonly { readonly name: string; readonly reason: string }[],
): readonly ScriptFacts[] {
  return scripts.map(({ name, reason }) => ({
    name,
    tracker: `script:${name}`,
    command: 'not run',
    verdict: 'disabled',
    detail: reason,
    running: false,
  }));
}
