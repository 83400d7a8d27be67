/** Runs every track script on its schedule and tells verdicts. */
import type { Instant } from '../../base/units.ts';
import { after, between, earliest, milliseconds, toMilliseconds } from '../../base/units.ts';
import { type Command, renderCommand } from './command.ts';
import { type RunningScript, startScript } from './process.ts';
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
  readonly command: Command;
}

export interface ScriptRunnerOptions {
  now(): Instant;
  /** Told only when it changes, and once after the first result. */
  verdict(name: string, up: boolean, detail: string): void;
  overrun(name: string, text: string): void;
}

interface Entry {
  readonly plan: ScriptPlan;
  state: ScriptState;
  running: RunningScript | undefined;
}

export interface ScriptFacts {
  readonly name: string;
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
    const wanted = new Map(plans.map((plan) => [plan.name, plan]));
    for (const [name, entry] of this.#entries) {
      if (samePlan(wanted.get(name), entry.plan)) continue;
      this.#entries.delete(name);
      entry.running?.signal('SIGTERM');
    }
    const now = this.#options.now();
    let fresh = 0;
    for (const plan of wanted.values()) {
      if (this.#entries.has(plan.name)) continue;
      const offset = milliseconds((fresh * spread) / 1_000);
      fresh += 1;
      const state = scriptAt(plan, after(now, offset));
      this.#entries.set(plan.name, { plan, state, running: undefined });
      if (plan.initFail) this.#options.verdict(plan.name, false, 'init_fail: has not run yet');
    }
    this.#wake();
  }

  facts(): readonly ScriptFacts[] {
    return [...this.#entries.values()].map(({ plan, state }) => ({
      name: plan.name,
      command: renderCommand(plan.command),
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
    const { name } = entry.plan;
    switch (effect.kind) {
      case 'start':
        entry.running = startScript(entry.plan.command, ({ succeeded, detail }) => {
          entry.running = undefined;
          // It may have been configured away in the meantime.
          if (this.#entries.get(name) !== entry) return;
          this.#feed(entry, { kind: 'ended', succeeded, detail });
          this.#arm();
        });
        return;
      case 'signal':
        entry.running?.signal(effect.signal);
        return;
      case 'verdict':
        this.#options.verdict(name, effect.up, effect.detail);
        return;
      case 'overrun':
        this.#options.overrun(name, renderCommand(entry.plan.command));
        return;
    }
  }
}

function samePlan(one: ScriptPlan | undefined, other: ScriptPlan): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
