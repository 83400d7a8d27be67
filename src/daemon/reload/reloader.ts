/**
 * Reloads, one at a time: the file is read, compared with what runs, and the difference applied. A configuration may be
 * loaded on probation: unless somebody confirms it in time, what was there before is put back. Only `confirm` confirms;
 * another reload meanwhile, by command or signal, changes neither the deadline nor what would be gone back to.
 */
import {
  after,
  between,
  type Duration,
  type Instant,
  renderDuration,
  toMilliseconds,
  type WallTime,
} from '../../base/units.ts';
import { isQuiet, planReload } from '../../engine/plan/plan.ts';
import type { ConfirmAnswer, PlanAnswer, ReloadAnswer, ReloadStatus } from '../control.ts';
import type { Loudness } from '../journal/severity.ts';
import type { DaemonPlan, ReadConfiguration } from '../reading/plan.ts';
import { harmOf } from './slips.ts';

export interface ReloaderOptions {
  readonly read: ReadConfiguration;
  /** Waited for before anything of a reload runs. */
  begins?(): Promise<void>;
  now(): Instant;
  wall(): WallTime;
  say(loudness: Loudness, text: string): void;
  /** Tells whoever started the daemon that a reload begins and that it is over. */
  tell(text: string): void;
  /** What runs. */
  running(): DaemonPlan | undefined;
  /** Told what is wrong with a configuration that is refused. */
  refused?(text: string): void;
  /** Runs this from now on. */
  apply(plan: DaemonPlan): void;
}

interface Probation {
  /** What is put back. */
  readonly former: DaemonPlan;
  readonly until: Instant;
  readonly timer: NodeJS.Timeout;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #count = 0;
  #refused: ReloadStatus['refusedReload'];
  #rolledBack: ReloadStatus['rolledBack'];
  #reloading: Promise<ReloadAnswer> | undefined;
  #again = false;
  /** What the next reload asks for, while one is going on. */
  #within: Duration | undefined;
  #probation: Probation | undefined;
  #closed = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  status(): ReloadStatus {
    return {
      reloads: this.#count,
      fingerprint: this.#options.running()?.fingerprint,
      refusedReload: this.#refused,
      unconfirmedUntil: this.#probation?.until,
      rolledBack: this.#rolledBack,
    };
  }

  /** Any number of requests during a reload are one more reload after it. */
  reload(within: Duration | undefined): Promise<ReloadAnswer> {
    if (this.#closed) return Promise.resolve({ kind: 'stopping' });
    this.#within = within ?? this.#within;
    if (this.#reloading !== undefined) {
      this.#again = true;
      return this.#reloading;
    }
    this.#reloading = this.#reloadUntilQuiet().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** What a reload would do: with `file`, or with the daemon's own. */
  async plan(file: string | undefined): Promise<PlanAnswer> {
    const reading = await this.#options.read(file);
    const running = this.#options.running();
    if (!reading.ok) return { kind: 'refused', text: reading.text };
    if (running === undefined || this.#closed) return { kind: 'stopping' };
    const plan = planReload(running, reading.plan);
    const harm = harmOf(plan, running.slips, reading.plan.slips);
    return harm === undefined ? { kind: 'planned', plan } : { kind: 'refused', text: harm };
  }

  /** What was loaded on probation stays. */
  confirm(): ConfirmAnswer {
    const probation = this.#endProbation();
    if (probation === undefined) return { kind: 'nothing-to-confirm' };
    const left = between(this.#options.now(), probation.until);
    const text = `the configuration is confirmed, ${renderDuration(left)} before it would have been taken back`;
    this.#options.say('notice', text);
    return { kind: 'confirmed' };
  }

  /** What was loaded on probation is taken back at once. */
  async rollBack(): Promise<ConfirmAnswer> {
    await this.#reloading;
    return this.#putBack('taken back by command');
  }

  close(): void {
    this.#closed = true;
    this.#endProbation();
  }

  async #reloadUntilQuiet(): Promise<ReloadAnswer> {
    let answer: ReloadAnswer;
    do {
      this.#again = false;
      const within = this.#within;
      this.#within = undefined;
      answer = await this.#reloadOnce(within);
    } while (this.#again && !this.#closed);
    return answer;
  }

  async #reloadOnce(within: Duration | undefined): Promise<ReloadAnswer> {
    const { tell, read, now, running } = this.#options;
    tell(`RELOADING=1\nMONOTONIC_USEC=${now()}`);
    const [reading] = await Promise.all([read(undefined), this.#options.begins?.()]);
    tell('READY=1');
    const before = running();
    if (this.#closed || before === undefined) return { kind: 'stopping' };
    if (!reading.ok) {
      const count = reading.errors === 1 ? 'an error' : `${reading.errors} errors`;
      return this.#refuse(`the configuration has ${count}`, reading.text);
    }
    const plan = planReload(before, reading.plan);
    const harm = harmOf(plan, before.slips, reading.plan.slips);
    if (harm !== undefined) return this.#refuse('the configuration would do harm', harm);
    this.#refused = undefined;
    this.#rolledBack = undefined;
    this.#count += 1;
    this.#options.apply(reading.plan);
    if (within !== undefined) this.#beginProbation(before, within);
    const nothing = isQuiet(plan) ? '; nothing in it has changed' : '';
    this.#options.say('notice', `the configuration was read again${nothing}`);
    return { kind: 'reloaded', plan, unconfirmedFor: this.#left() };
  }

  #refuse(why: string, text: string): ReloadAnswer {
    const { say, wall } = this.#options;
    say('error', `${why} and was not loaded; what runs goes on unchanged`);
    for (const line of text.split('\n')) if (line.trim() !== '') say('error', line);
    this.#refused = { wall: wall(), text };
    this.#options.refused?.(text);
    return { kind: 'refused', text };
  }

  /** A second one moves the deadline; it goes back to what ran before the first. */
  #beginProbation(before: DaemonPlan, within: Duration): void {
    const former = this.#endProbation()?.former ?? before;
    const timer = setTimeout(() => void this.#expire(timer, within), toMilliseconds(within));
    this.#probation = { former, until: after(this.#options.now(), within), timer };
    const text = `the configuration is taken back in ${renderDuration(within)} unless it is confirmed ("holdfast confirm")`;
    this.#options.say('notice', text);
  }

  #endProbation(): Probation | undefined {
    const probation = this.#probation;
    clearTimeout(probation?.timer);
    this.#probation = undefined;
    return probation;
  }

  async #expire(timer: NodeJS.Timeout, within: Duration): Promise<void> {
    // A reload that is being read when the time is over must not undo the way back.
    while (this.#reloading !== undefined) await this.#reloading;
    // Confirmed meanwhile, or waiting for a later deadline.
    if (this.#probation?.timer !== timer) return;
    this.#putBack(`not confirmed within ${renderDuration(within)}`);
  }

  #putBack(why: string): ConfirmAnswer {
    const probation = this.#endProbation();
    const before = this.#options.running();
    if (probation === undefined || before === undefined || this.#closed) {
      return { kind: 'nothing-to-confirm' };
    }
    const plan = planReload(before, probation.former);
    this.#options.apply(probation.former);
    this.#rolledBack = { wall: this.#options.wall(), why };
    this.#options.say(
      'warning',
      `the configuration was ${why}: what ran before it runs again. The file still holds it, and the next reload or start would load it`,
    );
    return { kind: 'rolled-back', plan };
  }

  #left(): Duration | undefined {
    const probation = this.#probation;
    return probation === undefined ? undefined : between(this.#options.now(), probation.until);
  }
}
