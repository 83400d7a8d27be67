/**
 * The supervisor: it starts and replaces the failover process, runs scripts, tells the journal, and obeys the control
 * socket and signals. It does nothing that an advertisement waits for.
 */
import type { Instant, WallTime } from '../base/units.ts';
import type { Report } from '../engine/report.ts';
import type { Control, ReloadAnswer, Status } from './control.ts';
import type { Journal } from './journal/journal.ts';
import { type NotifyState, noticeOf } from './notify/arguments.ts';
import { Notifier } from './notify/notifier.ts';
import { FailoverPair } from './pair.ts';
import type { DaemonPlan, ReadConfiguration } from './plan.ts';
import type { Readiness } from './readiness.ts';
import { type ScriptFacts, ScriptRunner } from './scripts/runner.ts';
import { Tally } from './tally.ts';

export interface SupervisorOptions {
  readonly version: string;
  /** The path of the configuration, for people. */
  readonly configuration: string;
  readonly read: ReadConfiguration;
  readonly journal: Journal;
  readonly readiness: Readiness;
  readonly compileCache: string | undefined;
  now(): Instant;
  wall(): WallTime;
}

/** keepalived waits this long for the scripts of a stop. */
const stopScriptPatience = 1_000;

export class Supervisor implements Control {
  readonly #options: SupervisorOptions;
  readonly #startedAt: Instant;
  readonly #pair: FailoverPair;
  readonly #scripts: ScriptRunner;
  readonly #notifier: Notifier;
  readonly #tally = new Tally();
  #plan: DaemonPlan | undefined;
  #reloads = 0;
  #refusedReload: Status['refusedReload'];
  #reloading: Promise<ReloadAnswer> | undefined;
  #reloadAgain = false;
  #stopping: Promise<void> | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { journal, now } = options;
    this.#startedAt = now();
    this.#pair = new FailoverPair({
      compileCache: options.compileCache,
      now,
      say: (loudness, text) => journal.say(loudness, text),
      reports: (reports) => this.#heed(reports),
    });
    this.#scripts = new ScriptRunner({
      now,
      verdict: (name, up, detail) => this.#verdict(name, up, detail),
      overrun: (name, command) =>
        journal.say(
          'warning',
          `track script ${name} (${command}) does not end in time: stopping it`,
        ),
    });
    this.#notifier = new Notifier({
      now,
      say: (loudness, subject, text) => journal.remark(loudness, subject, text),
    });
  }

  /** Lets the failover process load while the configuration is being read. */
  warm(): void {
    this.#pair.warm();
  }

  start(plan: DaemonPlan): void {
    this.#adopt(plan);
    this.#pair.start(plan.failover, plan.process);
    this.#scripts.configure(plan.scripts);
    this.#options.readiness.tell('READY=1');
    this.#keepWatchdog();
  }

  async status(): Promise<Status> {
    const { version, configuration, journal, now, wall } = this.#options;
    const snapshot = await this.#pair.snapshot();
    return {
      version,
      pid: process.pid,
      configuration,
      now: now(),
      wall: wall(),
      startedAt: this.#startedAt,
      failover: this.#pair.facts(),
      snapshot,
      histories: Object.fromEntries(journal.history),
      scripts: [...this.#scripts.facts(), ...disabledFacts(this.#plan)],
      reloads: this.#reloads,
      refusedReload: this.#refusedReload,
      journalLinesLost: journal.dropped,
      transitions: this.#tally.transitions,
      late: this.#tally.late,
    };
  }

  /** One at a time; any number of requests during a reload are one more reload after it. */
  reload(): Promise<ReloadAnswer> {
    if (this.#stopping !== undefined) return Promise.resolve({ kind: 'stopping' });
    if (this.#reloading !== undefined) {
      this.#reloadAgain = true;
      return this.#reloading;
    }
    this.#reloading = this.#reloadUntilQuiet().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Resigns, withdraws, runs the stop scripts. Any number of calls are one. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopOnce();
    return this.#stopping;
  }

  async #stopOnce(): Promise<void> {
    const { journal, readiness } = this.#options;
    journal.say('notice', 'stopping: resigning and withdrawing addresses');
    readiness.tell('STOPPING=1');
    clearInterval(this.#watchdog);
    this.#scripts.close();
    await this.#pair.stop();
    await this.#notifier.close(stopScriptPatience);
    journal.say('notice', 'stopped');
  }

  async #reloadUntilQuiet(): Promise<ReloadAnswer> {
    let answer: ReloadAnswer;
    do {
      this.#reloadAgain = false;
      answer = await this.#reloadOnce();
    } while (this.#reloadAgain && this.#stopping === undefined);
    return answer;
  }

  async #reloadOnce(): Promise<ReloadAnswer> {
    const { journal, readiness, read, wall } = this.#options;
    readiness.tell(`RELOADING=1\nMONOTONIC_USEC=${this.#options.now()}`);
    const reading = await read();
    readiness.tell('READY=1');
    if (this.#stopping !== undefined) return { kind: 'stopping' };
    if (!reading.ok) {
      const count = reading.errors === 1 ? 'an error' : `${reading.errors} errors`;
      const text = `the configuration has ${count} and was not loaded; what runs goes on unchanged`;
      journal.say('error', text);
      for (const line of reading.text.split('\n')) {
        if (line.trim() !== '') journal.say('error', line);
      }
      this.#refusedReload = { wall: wall(), text: reading.text };
      return { kind: 'refused', text: reading.text };
    }
    this.#refusedReload = undefined;
    this.#reloads += 1;
    this.#pair.configure(reading.plan.failover, reading.plan.process);
    const gone = this.#adopt(reading.plan);
    for (const tracker of gone) this.#pair.forget(tracker);
    this.#scripts.configure(reading.plan.scripts);
    journal.say('notice', 'the configuration was read again');
    return { kind: 'reloaded' };
  }

  /** Returns the trackers that are no longer configured. */
  #adopt(plan: DaemonPlan): readonly string[] {
    const { journal } = this.#options;
    const before = this.#plan;
    this.#plan = plan;
    for (const { loudness, text } of plan.remarks) journal.say(loudness, text);
    this.#tally.keep(new Set(plan.failover.instances.map(({ name }) => name)));
    const kept = new Set(plan.scripts.map(({ name }) => name));
    return (before?.scripts ?? [])
      .filter(({ name }) => !kept.has(name))
      .map(({ name }) => `script:${name}`);
  }

  #verdict(name: string, up: boolean, detail: string): void {
    this.#pair.verdict({ kind: 'tracker', tracker: `script:${name}`, up, detail });
    const { journal } = this.#options;
    if (up) journal.say('notice', `track script ${name} succeeds (${detail})`);
    else journal.say('warning', `track script ${name} fails (${detail})`);
  }

  #heed(reports: readonly Report[]): void {
    for (const report of reports) {
      this.#options.journal.report(report);
      this.#tally.record(report);
      this.#notify(report);
    }
  }

  #notify(report: Report): void {
    const plan = this.#plan;
    if (plan === undefined) return;
    if (report.kind === 'transition') {
      const scripts = plan.instanceNotify.get(report.instance);
      const state = notifyState(report.to);
      if (scripts === undefined || state === undefined || report.cause.kind === 'resumed') return;
      const priority = report.priority.effective;
      const change = { kind: 'INSTANCE', name: report.instance, state, priority } as const;
      this.#notifier.notify(report.instance, noticeOf(scripts, change));
    } else if (report.kind === 'group-transition') {
      const scripts = plan.groupNotify.get(report.group);
      const state = notifyState(report.to);
      if (scripts === undefined || state === undefined) return;
      const change = { kind: 'GROUP', name: report.group, state, priority: 0 } as const;
      this.#notifier.notify(`group ${report.group}`, noticeOf(scripts, change));
    } else if (report.kind === 'lower-priority-heard') {
      const command = plan.instanceNotify.get(report.instance)?.lowerPriority;
      if (command === undefined) return;
      const subject = `lower-priority ${report.instance}`;
      this.#notifier.notify(subject, { state: 'MASTER_RX_LOWER_PRI', commands: [command] });
    }
  }

  #keepWatchdog(): void {
    const { readiness } = this.#options;
    if (readiness.watchdogPeriod === undefined) return;
    this.#watchdog = setInterval(() => readiness.tell('WATCHDOG=1'), readiness.watchdogPeriod);
  }
}

function disabledFacts(plan: DaemonPlan | undefined): readonly ScriptFacts[] {
  return (plan?.disabledScripts ?? []).map(({ name, reason }) => ({
    name,
    command: 'not run',
    verdict: 'disabled',
    detail: reason,
    running: false,
  }));
}

function notifyState(to: string): NotifyState | undefined {
  switch (to) {
    case 'master':
      return 'MASTER';
    case 'backup':
      return 'BACKUP';
    case 'fault':
      return 'FAULT';
    case 'stop':
      return 'STOP';
    case 'deleted':
      return 'DELETED';
    default:
      return undefined;
  }
}
