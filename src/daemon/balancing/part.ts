/**
 * The supervisor's side of balancing: the process that does it, what a successor of that process must know, and which
 * services of this host are ours. Nothing of it is loaded or started while nothing is balanced.
 */
import type { Instant } from '../../base/units.ts';
import { between, toMilliseconds } from '../../base/units.ts';
import type { BalancerInput, OverrideOrder } from '../../engine/balancer/input.ts';
import { type MemoryChange, memoryKey } from '../../engine/balancer/memory.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Loudness } from '../journal/severity.ts';
import { pulsePeriod } from '../pair/pulse.ts';
import { afterDeath, type Deaths, noDeaths } from '../pair/respawn.ts';
import type { BalancerAnswer, BalancerOrder, NumberedAnswer } from './channel.ts';
import { BalancerChild } from './child.ts';
import { changeBetween } from './model-change.ts';
import { noPlaneText } from './no-plane.ts';
import type { OwnedServices } from './owned-services.ts';
import { keysOf, nothingPacked, type PackedModel, unpackModel } from './packed-model.ts';
import type { BalancerPlan } from './plan.ts';
import { planeRemarks } from './plane-remarks.ts';
import { Questions } from './questions.ts';
import { renderBalancerRefusal } from './refusal.ts';

export interface BalancerPartOptions {
  readonly compileCache: string | undefined;
  /** Where it is kept which services are ours; undefined forgets with the daemon. */
  readonly owned: OwnedServices;
  now(): Instant;
  say(loudness: Loudness, text: string): void;
  reports(reports: readonly BalancerReport[]): void;
}

export interface BalancerFacts {
  readonly pid: number | undefined;
  readonly plane: 'ipvs' | 'nftables' | undefined;
  /** Processes that were replaced since the start of the daemon. */
  readonly replaced: number;
  readonly reportsLost: number;
}

/** Questions in a row without an answer; a reload of thousands of services takes its time. */
const missedMost = 15;

interface Seat {
  readonly child: BalancerChild;
  runningSince: Instant | undefined;
  finished: boolean;
  missed: number;
  pulse: NodeJS.Timeout | undefined;
  broken: boolean;
}

export class BalancerPart {
  readonly #options: BalancerPartOptions;
  readonly #memory = new Map<string, MemoryChange>();
  /** Levels, to be told to a successor, by what they are of. */
  readonly #levels = new Map<string, BalancerInput>();
  readonly #overrides = new Map<string, OverrideOrder>();
  readonly #remarks = planeRemarks();
  readonly #questions = new Questions();
  #plan: BalancerPlan | undefined;
  /** Of the first process: what it has set up there must be found again. */
  #namespace: { readonly path: string | undefined } | undefined;
  #seat: Seat | undefined;
  #plane: 'ipvs' | 'nftables' | undefined;
  #deaths: Deaths = noDeaths;
  #replaced = 0;
  #lost = 0;
  #stopping = false;
  #isWithoutPlane = false;
  #restart: NodeJS.Timeout | undefined;
  #stopped: (() => void) | undefined;

  constructor(options: BalancerPartOptions) {
    this.#options = options;
  }

  /** undefined: nothing is balanced any more. */
  configure(plan: BalancerPlan | undefined): void {
    const before = this.#plan;
    this.#plan = plan;
    if (plan === undefined) {
      if (before !== undefined) this.#empty();
      return;
    }
    this.#options.owned.use(keysOf(plan.model));
    for (const session of plan.model.sessions) this.#expect(session);
    if (this.#seat === undefined) {
      if (this.#restart === undefined) this.#spawn();
      return;
    }
    this.#prune(plan.model);
    const { kind } = plan.model.plane;
    if (kind !== undefined && this.#plane !== undefined && kind !== this.#plane) {
      // It takes away what is there and ends; its successor finds the plane that is wanted now.
      this.#seat.child.order({ kind: 'tell', input: { kind: 'stop', keep: false } });
      return;
    }
    const change = changeBetween(before?.model ?? nothingPacked, plan.model);
    if (change === undefined) return;
    this.#seat.child.order({ kind: 'configure', ...change });
    this.#remark();
  }

  /** A session that has never been up says nothing: it is down until it does. */
  #expect(session: string): void {
    const of = `bfd:${session}`;
    if (!this.#levels.has(of)) this.tell(of, { kind: 'session', session, up: false });
  }

  /** A level: remembered by what it is of, and told to whoever runs. */
  tell(of: string, input: BalancerInput): void {
    this.#levels.set(of, input);
    this.#seat?.child.order({ kind: 'tell', input });
  }

  override(order: OverrideOrder): void {
    const key = `${order.service} > ${order.server}`;
    if (order.override === undefined) this.#overrides.delete(key);
    else this.#overrides.set(key, order);
    this.#seat?.child.order({ kind: 'tell', input: order });
  }

  get overrides(): readonly OverrideOrder[] {
    return [...this.#overrides.values()];
  }

  facts(): BalancerFacts | undefined {
    if (this.#plan === undefined) return undefined;
    const pid = this.#seat?.child.pid;
    return { pid, plane: this.#plane, replaced: this.#replaced, reportsLost: this.#lost };
  }

  /** Nothing when there is no process, or when it does not answer in time. */
  picture(withTraffic: boolean): Promise<NumberedAnswer<'snapshot'> | undefined> {
    return this.#ask('snapshot', (id) => ({ kind: 'ask', id, withTraffic }));
  }

  /** What goes by a name; the same holds. */
  find(name: string): Promise<NumberedAnswer<'found'> | undefined> {
    return this.#ask('found', (id) => ({ kind: 'find', id, name }));
  }

  /**
   * The fields `snapshot` and `traffic` of a `ServicesAnswer`, as JSON in pieces. Throws when the process ends meanwhile or
   * does not answer in time.
   */
  read(withTraffic: boolean): AsyncIterable<string> {
    return this.#questions.pieces(this.#seat?.child, withTraffic);
  }

  #ask<Kind extends NumberedAnswer['kind']>(
    kind: Kind,
    question: (id: number) => BalancerOrder,
  ): Promise<NumberedAnswer<Kind> | undefined> {
    const child = this.#seat?.child;
    if (child === undefined) return Promise.resolve(undefined);
    return this.#questions.ask(kind, (id) => child.order(question(id)));
  }

  /** Takes away what is ours, or leaves it with `keep`, and ends the process, after `patience` milliseconds by force. */
  stop(keep: boolean, patience: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const seat = this.#seat;
    if (seat === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stopped = () => {
        if (!keep && seat.finished) this.#options.owned.release();
        resolve();
      };
      seat.child.order({ kind: 'tell', input: { kind: 'stop', keep } });
      setTimeout(() => seat.child.kill(), patience).unref();
    });
  }

  #remark(): void {
    if (this.#plane !== 'nftables' || this.#plan === undefined) return;
    const model = unpackModel(this.#plan.model);
    for (const text of this.#remarks(model)) this.#options.say('warning', text);
  }

  /** A reload has left nothing to balance: the process takes away what is there, and ends. */
  #empty(): void {
    clearTimeout(this.#restart);
    this.#restart = undefined;
    this.#memory.clear();
    this.#seat?.child.order({ kind: 'tell', input: { kind: 'stop', keep: false } });
  }

  #spawn(): void {
    const plan = this.#plan;
    if (plan === undefined || this.#stopping) return;
    const { compileCache } = this.#options;
    const child = new BalancerChild(compileCache, {
      answer: (answer) => this.#answered(seat, answer),
      ended: (how) => this.#ended(seat, how),
    });
    const seat: Seat = {
      child,
      ...{ runningSince: undefined, finished: false, missed: 0, pulse: undefined, broken: false },
    };
    this.#seat = seat;
    this.#namespace ??= { path: plan.namespace };
    child.order({
      kind: 'start',
      namespace: this.#namespace.path,
      ...{ model: plan.model, process: plan.process, security: plan.security },
      plane: this.#plane,
      memory: this.#memory.size === 0 ? undefined : [...this.#memory.values()],
      formerly: this.#options.owned.formerly(),
      overrides: this.overrides,
      inputs: [...this.#levels.values()],
    });
    seat.pulse = setInterval(() => this.#feelPulse(seat), pulsePeriod);
    seat.pulse.unref();
  }

  #answered(seat: Seat, answer: BalancerAnswer): void {
    const { say, reports, now } = this.#options;
    switch (answer.kind) {
      case 'running':
        seat.runningSince = now();
        if (this.#plane !== answer.plane || this.#isWithoutPlane) {
          say('notice', `balancing with ${answer.plane === 'ipvs' ? 'IPVS' : 'nftables'}`);
        }
        this.#plane = answer.plane;
        this.#isWithoutPlane = false;
        this.#remark();
        return;
      case 'no-plane':
        if (!this.#isWithoutPlane) say('error', noPlaneText(answer.attempts));
        this.#isWithoutPlane = true;
        return;
      case 'memory':
        for (const change of answer.changes) this.#memory.set(memoryKey(change), change);
        return;
      case 'reports':
        if (answer.lost > 0) {
          this.#lost += answer.lost;
          say('warning', `${answer.lost} reports of the balancer process were lost`);
        }
        reports(answer.reports);
        return;
      case 'snapshot':
      case 'found':
      case 'piece':
        this.#questions.answered(answer);
        return;
      case 'alive':
        seat.missed = 0;
        return;
      case 'notice':
        say(answer.loudness, answer.text);
        return;
      case 'refused':
        say('error', renderBalancerRefusal(answer.what, answer.error));
        return;
      case 'broken':
        seat.broken = true;
        say('error', `the balancer process broke: ${answer.reason}`);
        return;
      case 'finished':
        seat.finished = true;
    }
  }

  #ended(seat: Seat, how: string): void {
    clearInterval(seat.pulse);
    if (this.#seat !== seat) return;
    this.#seat = undefined;
    if (this.#stopping) {
      this.#stopped?.();
      return;
    }
    if (seat.finished) {
      if (this.#plan === undefined) this.#options.owned.release();
      else this.#spawn();
      return;
    }
    this.#replace(seat, how);
  }

  /** The plane goes on by itself meanwhile: nothing is lost but the checks of a moment. */
  #replace(seat: Seat, how: string): void {
    const { now, say } = this.#options;
    const at = now();
    const own = seat.broken || !how.startsWith('was killed');
    const { deaths, successor } = afterDeath(this.#deaths, {
      activeSince: seat.runningSince,
      at,
      own,
    });
    this.#deaths = deaths;
    this.#replaced += 1;
    if (successor.kind === 'resume') {
      say('error', `the balancer process ${how}; another takes its place`);
      this.#spawn();
      return;
    }
    const pause = toMilliseconds(between(at, successor.restartAt));
    say(
      'error',
      `the balancer process ${how}, the ${deaths.streak}. death in a row: services go on as they are and nothing is checked; next attempt in ${pause / 1_000} s`,
    );
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#spawn();
    }, pause);
  }

  #feelPulse(seat: Seat): void {
    seat.missed += 1;
    if (seat.missed <= missedMost) {
      seat.child.order({ kind: 'ping' });
      return;
    }
    this.#options.say('error', 'the balancer process does not answer any more: replacing it');
    clearInterval(seat.pulse);
    seat.child.kill();
  }

  /** What was known of services that are gone. */
  #prune({ services }: PackedModel): void {
    const ids = new Set(services.map(({ id }) => id));
    for (const [key, { service }] of this.#memory) if (!ids.has(service)) this.#memory.delete(key);
  }
}
