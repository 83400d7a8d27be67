/**
 * The failover process that runs and those that stand by. When the first dies, the next takes its place within
 * milliseconds as what the first was, and another is started to stand by.
 */
import { constants } from 'node:os';
import type { Instant } from '../../base/units.ts';
import { between, toMilliseconds } from '../../base/units.ts';
import type { Input } from '../../engine/input.ts';
import type { FailoverModel } from '../../engine/model.ts';
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot, Leavings, SettingSnapshot } from '../../engine/snapshot.ts';
import type { Answer, ProcessOrders } from '../channel.ts';
import { renderRefusal } from '../failover/refusal.ts';
import type { Loudness } from '../journal/severity.ts';
import { Child } from './child.ts';
import { amend } from './picture.ts';
import { alive, beat, pulsePeriod } from './pulse.ts';
import { afterDeath, type Deaths, mayResume, noDeaths } from './respawn.ts';
import { type Seat, seatOf } from './seat.ts';
import { Standbys } from './standbys.ts';

export interface PairOptions {
  readonly compileCache: string | undefined;
  now(): Instant;
  say(loudness: Loudness, text: string): void;
  reports(reports: readonly Report[]): void;
  /** What the next failover process may find in the kernel of those before it. */
  left(): Leavings;
  /** Settings of the kernel as they were before they were changed. */
  found(settings: readonly SettingSnapshot[]): void;
}

export interface PairFacts {
  readonly pid: number | undefined;
  /** The one whose turn is next. */
  readonly standbyPid: number | undefined;
  /** As many stand by as the intervals of this configuration ask for. */
  readonly standbyReady: boolean;
  /** Failover processes that were replaced since the start of the daemon. */
  readonly replaced: number;
  readonly reportsLost: number;
}

const freshEnough = 500;
const resignPatience = 2_000;

export class FailoverPair {
  readonly #options: PairOptions;
  #isConfigured = false;
  #active: Seat | undefined;
  readonly #standbys = new Standbys(() => this.#spawn());
  #picture: EngineSnapshot | undefined;
  /** The last word on every tracker: levels, to be told to a successor. */
  readonly #verdicts = new Map<string, Input>();
  #deaths: Deaths = noDeaths;
  #replaced = 0;
  #lost = 0;
  #stopping = false;
  #withdrawing = false;
  #isWithdrawn = false;
  #stopped: (() => void) | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  readonly #asked = new Map<number, (snapshot: EngineSnapshot) => void>();
  #question = 0;

  constructor(options: PairOptions) {
    this.#options = options;
  }

  /** Starts loading the failover process before there is a configuration for it. */
  warm(): void {
    this.#standbys.warm();
  }

  start(model: FailoverModel, orders: ProcessOrders): void {
    this.#isConfigured = true;
    this.#standbys.hold(model, orders);
    this.#activate(undefined);
  }

  configure(model: FailoverModel, orders: ProcessOrders): void {
    this.#active?.child.order({ kind: 'tell', input: { kind: 'configure', model } });
    this.#standbys.hold(model, orders);
    if (this.#active?.activeSince !== undefined) this.#standbys.fill();
  }

  /** Announces the addresses of an instance once more, if it is master. */
  announce(instance: string): void {
    this.#active?.child.order({ kind: 'tell', input: { kind: 'announce', instance } });
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
      standbyPid: this.#standbys.first?.child.pid,
      standbyReady: this.#standbys.areReady,
      replaced: this.#replaced,
      reportsLost: this.#lost,
    };
  }

  /** After `stop`: everything has been taken back, by whoever it was. */
  get isWithdrawn(): boolean {
    return this.#isWithdrawn;
  }

  /** Resigns, withdraws and ends both processes, after `patience` milliseconds by force; resolves when neither is left. */
  stop(patience: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    this.#standbys.close();
    const active = this.#active;
    return new Promise((resolve) => {
      this.#stopped = resolve;
      if (active === undefined) {
        this.#close();
        return;
      }
      active.leaving = true;
      active.child.order({ kind: 'tell', input: { kind: 'stop' } });
      setTimeout(() => active.child.kill(), patience).unref();
    });
  }

  #spawn(): Seat {
    const seat: Seat = seatOf(
      new Child(
        { compileCache: this.#options.compileCache },
        {
          answer: (answer) => this.#answered(seat, answer),
          lost: () => this.#succeed(seat),
          ended: (how) => this.#ended(seat, how),
        },
      ),
    );
    return seat;
  }

  /** Puts the standby, or a new process where there is none, in charge. */
  #activate(resume: EngineSnapshot | undefined, resign = false): void {
    if (!this.#isConfigured) return;
    const seat = this.#standbys.take();
    this.#active = seat;
    // It has little to do, and what it does is an outage when it comes late. Before it takes the place that the
    // configuration gives it, which would be undone afterwards.
    seat.child.setNice(constants.priority.PRIORITY_HIGHEST);
    const inputs = [...this.#verdicts.values()];
    if (resign) inputs.push({ kind: 'stop' });
    seat.leaving = resign;
    seat.child.order({ kind: 'activate', resume, left: this.#options.left(), inputs });
    if (resign) setTimeout(() => seat.child.kill(), resignPatience).unref();
  }

  #answered(seat: Seat, answer: Answer): void {
    switch (answer.kind) {
      case 'prepared':
        seat.prepared = true;
        this.#standbys.prepared(seat);
        return;
      case 'alive':
        seat.pulse = alive;
        return;
      case 'active':
        seat.activeSince = answer.at;
        this.#feelPulse(seat);
        if (!seat.leaving) this.#standbys.fill();
        return;
      case 'reports':
        this.#reported(answer.reports, answer.lost);
        return;
      case 'snapshot':
        this.#picture = answer.snapshot;
        this.#options.found(answer.snapshot.settings ?? []);
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

  /** What it was until now: it is drawn seldom, and amended by what is told in between. */
  #lastPicture(): EngineSnapshot | undefined {
    const picture = this.#picture;
    return picture === undefined ? undefined : { ...picture, takenAt: this.#options.now() };
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
    this.#activate(seat.pulse.hung ? undefined : this.#lastPicture());
  }

  #ended(seat: Seat, how: string): void {
    if (this.#standbys.lose(seat)) {
      if (!this.#stopping) {
        this.#options.say('warning', `the standby of the failover process ${how}`);
      }
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
      if (!dead.succeeded) this.#activate(this.#lastPicture());
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
      this.#isWithdrawn = seat.finished;
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

  #close(): void {
    this.#standbys.kill();
    this.#stopped?.();
  }
}
