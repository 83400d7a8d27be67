/**
 * The supervisor: it starts and replaces the failover process, runs scripts, tells the journal, and obeys the control
 * socket and signals. It does nothing that an advertisement waits for.
 */
import type { Duration, Instant, WallTime } from '../base/units.ts';
import { concernsFailover } from '../engine/plan/plan.ts';
import type { Report } from '../engine/report.ts';
import type {
  ConfirmAnswer,
  Control,
  Inspectable,
  Inspection,
  PlanAnswer,
  ReloadAnswer,
  Status,
} from './control.ts';
import type { Journal } from './journal/journal.ts';
import { type NotifyState, noticeOf } from './notify/arguments.ts';
import { Notifier } from './notify/notifier.ts';
import { FailoverPair } from './pair.ts';
import type { DaemonPlan, ReadConfiguration } from './plan.ts';
import type { Readiness } from './readiness.ts';
import { Reloader } from './reloader.ts';
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
  /** Told each plan that is taken over, before anything of it runs. */
  adopted?(plan: DaemonPlan): void;
  now(): Instant;
  wall(): WallTime;
}

/** keepalived waits this long for the scripts of a stop. */
const stopScriptPatience = 1_000;

export class Supervisor implements Omit<Control, 'dump'>, Inspectable {
  readonly #options: SupervisorOptions;
  readonly #startedAt: Instant;
  readonly #pair: FailoverPair;
  readonly #scripts: ScriptRunner;
  readonly #notifier: Notifier;
  readonly #tally = new Tally();
  #plan: DaemonPlan | undefined;
  readonly #reloader: Reloader;
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
    this.#reloader = new Reloader({
      now,
      read: options.read,
      wall: options.wall,
      say: (loudness, text) => journal.say(loudness, text),
      tell: (text) => options.readiness.tell(text),
      running: () => this.#plan,
      apply: (plan) => this.#apply(plan),
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

  async inspect(): Promise<Inspection> {
    return { status: await this.status(), plan: this.#plan };
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
      ...this.#reloader.status(),
      journalLinesLost: journal.dropped,
      transitions: this.#tally.transitions,
      late: this.#tally.late,
    };
  }

  reload(within?: Duration): Promise<ReloadAnswer> {
    return this.#reloader.reload(within);
  }

  plan(file: string | undefined): Promise<PlanAnswer> {
    return this.#reloader.plan(file);
  }

  confirm(): ConfirmAnswer {
    return this.#reloader.confirm();
  }

  rollBack(): Promise<ConfirmAnswer> {
    return this.#reloader.rollBack();
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
    this.#reloader.close();
    this.#scripts.close();
    await this.#pair.stop();
    await this.#notifier.close(stopScriptPatience);
    journal.say('notice', 'stopped');
  }

  /** The failover process hears of it only when something in it concerns it. */
  #apply(plan: DaemonPlan): void {
    const before = this.#plan;
    if (before === undefined || concernsFailover(before, plan)) {
      this.#pair.configure(plan.failover, plan.process);
    }
    for (const tracker of this.#adopt(plan)) this.#pair.forget(tracker);
    this.#scripts.configure(plan.scripts);
  }

  /** Returns the trackers that are no longer configured. */
  #adopt(plan: DaemonPlan): readonly string[] {
    const { journal } = this.#options;
    const before = this.#plan;
    this.#plan = plan;
    this.#options.adopted?.(plan);
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
