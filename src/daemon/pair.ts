/**
 * The failover process that runs and the one that stands by. When the first dies, the second takes its place within
 * milliseconds as what the first was, and another is started to stand by.
 */
import { constants } from 'node:os';
import type { Instant } from '../base/units.ts';
import { between, toMilliseconds } from '../base/units.ts';
import type { Input } from '../engine/input.ts';
import type { FailoverModel } from '../engine/model.ts';
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { Answer, ProcessOrders } from './channel.ts';
import { Child } from './child.ts';
import type { Loudness } from './journal/severity.ts';
import { amend } from './picture.ts';
import { alive, beat, type Pulse, pulsePeriod } from './pulse.ts';
import { renderRefusal } from './refusal.ts';
import { afterDeath, type Deaths, mayResume, noDeaths } from './respawn.ts';

export interface PairOptions {
  readonly compileCache: string | undefined;
  now(): Instant;
  say(loudness: Loudness, text: string): void;
  reports(reports: readonly Report[]): void;
}

export interface PairFacts {
  readonly pid: number | undefined;
  readonly standbyPid: number | undefined;
  readonly standbyReady: boolean;
  /** Failover processes that were replaced since the start of the daemon. */
  readonly replaced: number;
  readonly reportsLost: number;
}

interface Seat {
  readonly child: Child;
  prepared: boolean;
  activeSince: Instant | undefined;
  /** Told to resign: its end is wanted. */
  leaving: boolean;
  /** Everything has been resigned and withdrawn. */
  finished: boolean;
  /** It said itself that it must end. */
  broken: boolean;
  pulse: Pulse;
  /** Another has taken its place already. */
  succeeded: boolean;
}

/** After a start or a take-over, what runs has the processor for itself before the next standby is started. */
const standbyDelay = 400;
const standbyPause = 5_000;
const freshEnough = 500;
/** keepalived's `child_wait_time`. */
const stopPatience = 5_000;
const resignPatience = 2_000;

export class FailoverPair {
  readonly #options: PairOptions;
  #model: FailoverModel | undefined;
  #process: ProcessOrders | undefined;
  #active: Seat | undefined;
  #standby: Seat | undefined;
  #picture: EngineSnapshot | undefined;
  /** The last word on every tracker: levels, to be told to a successor. */
  readonly #verdicts = new Map<string, Input>();
  #deaths: Deaths = noDeaths;
  #replaced = 0;
  #lost = 0;
  #stopping = false;
  #withdrawing = false;
  #stopped: (() => void) | undefined;
  #standbyTimer: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  readonly #asked = new Map<number, (snapshot: EngineSnapshot) => void>();
  #question = 0;

  constructor(options: PairOptions) {
    this.#options = options;
  }

  /** Starts loading the failover process before there is a configuration for it. */
  warm(): void {
    this.#standby ??= this.#spawn();
  }

  start(model: FailoverModel, orders: ProcessOrders): void {
    this.#model = model;
    this.#process = orders;
    this.#activate(undefined);
  }

  configure(model: FailoverModel, orders: ProcessOrders): void {
    this.#model = model;
    this.#process = orders;
    this.#active?.child.order({ kind: 'tell', input: { kind: 'configure', model } });
    this.#standby?.child.order({ kind: 'prepare', model, process: orders });
  }

  /** A tracker's verdict: remembered, and told to whoever runs. */
  verdict(input: Extract<Input, { readonly kind: 'tracker' }>): void {
    this.#verdicts.set(input.tracker, input);
    this.#active?.child.order({ kind: 'tell', input });
  }

  forget(tracker: string): void {
    this.#verdicts.delete(tracker);
  }

  /** A fresh picture, or after half a second the last one. */
  snapshot(): Promise<EngineSnapshot | undefined> {
    const { child } = this.#active ?? {};
    if (child === undefined) return Promise.resolve(this.#picture);
    this.#question += 1;
    const id = this.#question;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        resolve(this.#picture);
      }, freshEnough);
      this.#asked.set(id, (snapshot) => {
        clearTimeout(timer);
        resolve(snapshot);
      });
      child.order({ kind: 'ask', id });
    });
  }

  facts(): PairFacts {
    return {
      pid: this.#active?.child.pid,
      standbyPid: this.#standby?.child.pid,
      standbyReady: this.#standby?.prepared ?? false,
      replaced: this.#replaced,
      reportsLost: this.#lost,
    };
  }

  /** Resigns, withdraws and ends both processes; resolves when neither is left. */
  stop(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#standbyTimer);
    const active = this.#active;
    return new Promise((resolve) => {
      this.#stopped = resolve;
      if (active === undefined) {
        this.#close();
        return;
      }
      active.leaving = true;
      active.child.order({ kind: 'tell', input: { kind: 'stop' } });
      setTimeout(() => active.child.kill(), stopPatience).unref();
    });
  }

  #spawn(): Seat {
    const seat: Seat = {
      child: new Child(
        { compileCache: this.#options.compileCache },
        {
          answer: (answer) => this.#answered(seat, answer),
          lost: () => this.#succeed(seat),
          ended: (how) => this.#ended(seat, how),
        },
      ),
      prepared: false,
      activeSince: undefined,
      leaving: false,
      finished: false,
      broken: false,
      pulse: alive,
      succeeded: false,
    };
    return seat;
  }

  /** Puts the standby, or a new process where there is none, in charge. */
  #activate(resume: EngineSnapshot | undefined, resign = false): void {
    const model = this.#model;
    const orders = this.#process;
    if (model === undefined || orders === undefined) return;
    clearTimeout(this.#standbyTimer);
    const seat = this.#standby ?? this.#spawn();
    this.#standby = undefined;
    this.#active = seat;
    if (!seat.prepared) seat.child.order({ kind: 'prepare', model, process: orders });
    // Before it takes the place that the configuration gives it, which would be undone afterwards.
    seat.child.setNice(constants.priority.PRIORITY_NORMAL);
    const inputs = [...this.#verdicts.values()];
    if (resign) inputs.push({ kind: 'stop' });
    seat.leaving = resign;
    seat.child.order({ kind: 'activate', resume, inputs });
    if (resign) setTimeout(() => seat.child.kill(), resignPatience).unref();
  }

  #answered(seat: Seat, answer: Answer): void {
    switch (answer.kind) {
      case 'prepared':
        seat.prepared = true;
        return;
      case 'alive':
        seat.pulse = alive;
        return;
      case 'active':
        seat.activeSince = answer.at;
        this.#feelPulse(seat);
        if (!seat.leaving) this.#standBy(standbyDelay);
        return;
      case 'reports':
        this.#reported(answer.reports, answer.lost);
        return;
      case 'snapshot':
        this.#picture = answer.snapshot;
        if (answer.id !== undefined) this.#answerQuestions(answer.id, answer.snapshot);
        return;
      case 'refused':
        this.#options.say('error', renderRefusal(answer.what, answer.error));
        return;
      case 'broken':
        seat.broken = true;
        this.#options.say('error', `the failover process broke: ${answer.reason}`);
        return;
      case 'finished':
        seat.leaving = true;
        seat.finished = true;
        return;
    }
  }

  #reported(reports: readonly Report[], lost: number): void {
    this.#picture = amend(this.#picture, reports);
    if (lost > 0) {
      this.#lost += lost;
      this.#options.say('warning', `${lost} reports of the failover process were lost`);
    }
    this.#options.reports(reports);
  }

  /** One picture answers every question asked before it. */
  #answerQuestions(id: number, snapshot: EngineSnapshot): void {
    for (const [question, resolve] of this.#asked) {
      if (question > id) continue;
      this.#asked.delete(question);
      resolve(snapshot);
    }
  }

  /** The first thing after a death: what kind of death it was is looked into when the successor runs. */
  #succeed(seat: Seat): void {
    if (seat !== this.#active || seat.leaving || this.#stopping || !mayResume(this.#deaths)) return;
    seat.succeeded = true;
    // What hung was silent for longer than its peers wait: its picture is of another time.
    this.#activate(seat.pulse.hung ? undefined : this.#picture);
  }

  #ended(seat: Seat, how: string): void {
    if (seat === this.#standby) {
      this.#standby = undefined;
      if (this.#stopping) return;
      this.#options.say('warning', `the standby of the failover process ${how}`);
      // One that never got ready would not get ready sooner by being started in a hurry.
      this.#standBy(seat.prepared ? standbyDelay : standbyPause);
    } else if (seat.succeeded) {
      this.#replace(seat, how);
    } else if (seat === this.#active) {
      this.#active = undefined;
      if (this.#stopping) this.#afterStop(seat, how);
      else if (!seat.leaving) this.#replace(seat, how);
    }
  }

  #replace(dead: Seat, how: string): void {
    const now = this.#options.now();
    const { deaths, successor } = afterDeath(this.#deaths, {
      activeSince: dead.activeSince,
      at: now,
      own: dead.broken || !dead.child.wasKilled,
    });
    this.#deaths = deaths;
    this.#replaced += 1;
    if (successor.kind === 'resume') {
      if (!dead.succeeded) this.#activate(this.#picture);
      this.#options.say('error', `the failover process ${how}; the standby goes on in its place`);
      return;
    }
    this.#activate(this.#picture, true);
    const pause = toMilliseconds(between(now, successor.restartAt));
    this.#options.say(
      'error',
      `the failover process ${how}, the ${deaths.streak}. death in a row: resigning so that a peer takes over; next attempt in ${pause / 1_000} s`,
    );
    this.#restartTimer = setTimeout(() => this.#activate(undefined), pause);
  }

  /** It was told to stop. One that died over it leaves addresses behind, which the standby then withdraws. */
  #afterStop(seat: Seat, how: string): void {
    if (seat.finished || this.#withdrawing) {
      this.#close();
      return;
    }
    this.#withdrawing = true;
    this.#options.say('error', `the failover process ${how} while it stopped: withdrawing for it`);
    this.#activate(this.#picture, true);
  }

  #feelPulse(seat: Seat): void {
    const timer = setInterval(() => {
      if (seat.child.over || seat.leaving) {
        clearInterval(timer);
        return;
      }
      seat.pulse = beat(seat.pulse, this.#options.now());
      if (seat.pulse.hung) {
        clearInterval(timer);
        this.#options.say('error', 'the failover process does not answer any more: replacing it');
        seat.child.kill();
      } else {
        seat.child.order({ kind: 'ping' });
      }
    }, pulsePeriod);
    timer.unref();
  }

  #standBy(delay: number): void {
    clearTimeout(this.#standbyTimer);
    this.#standbyTimer = setTimeout(() => {
      const model = this.#model;
      const orders = this.#process;
      if (this.#standby !== undefined || this.#stopping || model === undefined) return;
      if (orders === undefined) return;
      this.#standby = this.#spawn();
      this.#standby.child.setNice(constants.priority.PRIORITY_LOW);
      this.#standby.child.order({ kind: 'prepare', model, process: orders });
    }, delay);
  }

  #close(): void {
    this.#standby?.child.kill();
    this.#standby = undefined;
    this.#stopped?.();
  }
}
