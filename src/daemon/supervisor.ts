/**
 * The supervisor: it starts and replaces the failover process, runs scripts, tells the journal, and obeys the control
 * socket and signals. It does nothing that an advertisement waits for.
 */
import type { Duration, Instant, WallTime } from '../base/units.ts';
import type { BalancerReport } from '../engine/balancer/report.ts';
import { concernsFailover } from '../engine/plan/plan.ts';
import type { Report } from '../engine/report.ts';
import { LateAlerts } from './alerts/late-alerts.ts';
import {
  orderText,
  resolveOrder,
  type ServerOrder,
  type ServerOrderAnswer,
  type ServicesAnswer,
  type StoriesAnswer,
} from './balancing/orders.ts';
import { ownedServices } from './balancing/owned-services.ts';
import { BalancerPart } from './balancing/part.ts';
import { ServicePictures } from './balancing/service-pictures.ts';
import type {
  ConfirmAnswer,
  Control,
  Inspectable,
  Inspection,
  PlanAnswer,
  ReloadAnswer,
  Status,
} from './control.ts';
import type { Counterpart } from './counterpart.ts';
import { LeavingsBook } from './failover/leavings.ts';
import type { Journal } from './journal/journal.ts';
import type { Loudness } from './journal/severity.ts';
import { Herald } from './notify/herald.ts';
import { FailoverPair } from './pair/pair.ts';
import { Tally } from './pair/tally.ts';
import type { Readiness } from './readiness.ts';
import type { DaemonPlan, ReadConfiguration } from './reading/plan.ts';
import { adjusted, adjustmentText, type InstanceOrder } from './reload/adjustment.ts';
import { Reloader } from './reload/reloader.ts';
import { disabledFacts } from './scripts/runner.ts';
import { Watchers } from './trackers/watchers.ts';

/** Milliseconds; keepalived's `child_wait_time`. */
const usualPatience = 5_000;

export interface SupervisorOptions {
  readonly version: string;
  /** The path of the configuration, for people. */
  readonly configuration: string;
  readonly read: ReadConfiguration;
  /** As of `ReloaderOptions`. */
  reloadBegins?(): Promise<void>;
  reloadRefused?(text: string): void;
  readonly journal: Journal;
  readonly readiness: Readiness;
  readonly compileCache: string | undefined;
  /** Where it is kept which services of the kernel are ours; undefined forgets with the daemon. */
  readonly ownedServices?: string | undefined;
  /** Where it is kept what is to be put back in the kernel; undefined forgets with the daemon. */
  readonly leavings?: string | undefined;
  /** Services stay in the kernel when the daemon stops. */
  readonly keepServices?: boolean;
  /** Told every report of the failover process, after everybody else. */
  reported?(report: Report): void;
  /** The same of the balancer process. */
  reportedService?(report: BalancerReport): void;
  /** Through whom others look in. */
  counterparts?(): Promise<readonly Counterpart[]>;
  /** Told each plan that is taken over, before anything of it runs. */
  adopted?(plan: DaemonPlan): void;
  now(): Instant;
  wall(): WallTime;
}

export class Supervisor implements Omit<Control, 'dump'>, Inspectable {
  readonly #options: SupervisorOptions;
  readonly #startedAt: Instant;
  readonly #pair: FailoverPair;
  readonly #balancer: BalancerPart;
  readonly #pictures: ServicePictures;
  readonly #watchers: Watchers;
  readonly #herald: Herald;
  readonly #alerts: LateAlerts;
  readonly #tally = new Tally();
  readonly #leavings: LeavingsBook;
  #plan: DaemonPlan | undefined;
  readonly #reloader: Reloader;
  #stopping: Promise<void> | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { journal, now } = options;
    this.#startedAt = now();
    const say = (loudness: Loudness, text: string): void => journal.say(loudness, text);
    const leavings = new LeavingsBook(options.leavings, (text) => say('warning', text));
    this.#leavings = leavings;
    this.#pair = new FailoverPair({
      compileCache: options.compileCache,
      now,
      say: (loudness, text) => journal.say(loudness, text),
      reports: (reports) => this.#heed(reports),
      left: () => leavings.held,
      found: (settings) => leavings.found(settings),
    });
    this.#balancer = new BalancerPart({
      compileCache: options.compileCache,
      owned: ownedServices(options.ownedServices, (text) => say('warning', text)),
      ...{ now, say },
      reports: (reports) => this.#heedServices(reports),
    });
    this.#pictures = new ServicePictures({
      ...{ part: this.#balancer, journal, now },
      wall: options.wall,
    });
    this.#watchers = new Watchers({
      now,
      say: (loudness, text) => journal.say(loudness, text),
      verdict: (input) => {
        this.#pair.verdict(input);
        this.#tellFile(input);
      },
      forget: (tracker) => this.#pair.forget(tracker),
    });
    this.#reloader = new Reloader({
      now,
      read: options.read,
      wall: options.wall,
      say: (loudness, text) => journal.say(loudness, text),
      tell: (text) => options.readiness.tell(text),
      begins: async () => options.reloadBegins?.(),
      refused: (text) => options.reloadRefused?.(text),
      running: () => this.#plan,
      apply: (plan) => this.#apply(plan),
    });
    this.#herald = new Herald({
      now,
      say: (loudness, text) => journal.say(loudness, text),
      remark: (loudness, subject, text) => journal.remark(loudness, subject, text),
    });
    this.#alerts = new LateAlerts({
      now,
      wallAt: (at) => journal.wallAt(at),
      say: (loudness, text) => journal.say(loudness, text),
    });
  }

  /** Lets the failover process load while the configuration is being read. */
  warm(): void {
    this.#pair.warm();
  }

  start(plan: DaemonPlan): void {
    this.#adopt(plan);
    void this.#herald.configure(plan);
    this.#watchers.prepare(plan);
    this.#pair.start(plan.failover, plan.process);
    this.#watchers.configure(plan);
    this.#balancer.configure(plan.balancer);
    this.#options.readiness.tell('READY=1');
    this.#keepWatchdog();
  }

  async inspect(): Promise<Inspection> {
    return { status: await this.status(), plan: this.#plan };
  }

  async status(): Promise<Status> {
    const { version, configuration, journal, now, wall } = this.#options;
    const [snapshot, others = []] = await Promise.all([
      this.#pair.snapshot(),
      this.#options.counterparts?.(),
    ]);
    return {
      version,
      pid: process.pid,
      configuration,
      now: now(),
      wall: wall(),
      startedAt: this.#startedAt,
      failover: this.#pair.facts(),
      balancer: this.#balancer.facts(),
      snapshot,
      histories: Object.fromEntries(journal.history),
      scripts: [...this.#watchers.facts(), ...disabledFacts(this.#plan?.disabledScripts ?? [])],
      processes: this.#watchers.processes(),
      ...this.#reloader.status(),
      journalLinesLost: journal.dropped,
      counterparts: [...this.#herald.counterparts(), ...this.#alerts.counterparts(), ...others],
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

  /** Announces the addresses of an instance once more, if it is master. */
  announce(instance: string): void {
    this.#pair.announce(instance);
  }

  services(withTraffic: boolean): Promise<ServicesAnswer> {
    return this.#pictures.services(withTraffic);
  }

  readServices(withTraffic: boolean): AsyncIterable<string> {
    return this.#pictures.read(withTraffic);
  }

  stories(name: string): Promise<StoriesAnswer> {
    return this.#pictures.stories(name);
  }

  /** Holds until it is undone, over reloads and deaths of the balancer process, but not over a stop of the daemon. */
  order(wanted: ServerOrder): ServerOrderAnswer {
    const model = this.#plan?.balancer?.model;
    if (model === undefined) return { kind: 'unknown', error: 'nothing is balanced here' };
    const found = resolveOrder(model, wanted);
    if (!found.ok) return { kind: 'unknown', error: found.error };
    const { service, server } = found.order;
    this.#balancer.override(found.order);
    this.#options.journal.say('notice', orderText(found.order));
    return { kind: 'ordered', service, server };
  }

  adjust(wanted: InstanceOrder): boolean {
    const plan = this.#plan;
    const failover = plan === undefined ? undefined : adjusted(plan.failover, wanted);
    if (plan === undefined || failover === undefined) return false;
    this.#plan = { ...plan, failover };
    this.#pair.configure(failover, plan.process);
    this.#options.journal.say('notice', adjustmentText(wanted));
    return true;
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
    this.#watchers.close();
    const patience = this.#plan?.stopPatience ?? usualPatience;
    await Promise.all([
      this.#pair.stop(patience),
      this.#balancer.stop(this.#options.keepServices ?? false, patience),
    ]);
    if (this.#pair.isWithdrawn) this.#leavings.release();
    await Promise.all([this.#herald.close(), this.#alerts.close()]);
    journal.say('notice', 'stopped');
  }

  /** The failover process hears of it only when something in it concerns it. */
  #apply(plan: DaemonPlan): void {
    const before = this.#plan;
    this.#adopt(plan);
    const told = this.#herald.configure(plan);
    this.#watchers.prepare(plan);
    if (before === undefined || concernsFailover(before, plan)) {
      this.#pair.configure(plan.failover, plan.process);
    }
    this.#watchers.configure(plan);
    this.#balancer.configure(plan.balancer);
    if (plan.pipes.statesOnReload) void told.then(() => this.#tellStates());
  }

  #adopt(plan: DaemonPlan): void {
    this.#plan = plan;
    this.#leavings.use(plan.failover);
    this.#alerts.configure(plan.alerts);
    this.#options.adopted?.(plan);
    for (const { loudness, text } of plan.remarks) this.#options.journal.say(loudness, text);
    for (const verdict of plan.verdicts) this.#pair.verdict(verdict);
    this.#tally.keep(new Set(plan.failover.instances.map(({ name }) => name)));
  }

  async #tellStates(): Promise<void> {
    const snapshot = await this.#pair.snapshot();
    if (snapshot !== undefined) this.#herald.tellStates(snapshot);
  }

  #heed(reports: readonly Report[]): void {
    for (const report of reports) {
      this.#options.journal.report(report);
      this.#tally.record(report);
      if (report.kind === 'device' && report.what === 'removed') {
        this.#leavings.removed(report.interface);
      }
      this.#herald.tell(report);
      this.#alerts.tell(report);
      this.#tellState(report);
      this.#options.reported?.(report);
    }
  }

  #heedServices(reports: readonly BalancerReport[]): void {
    for (const report of reports) {
      this.#options.journal.reportService(report);
      this.#herald.tellService(report);
      this.#alerts.tellOfServices(report);
      this.#options.reportedService?.(report);
    }
  }

  /** What decides about servers too. */
  #tellFile(input: Parameters<FailoverPair['verdict']>[0]): void {
    if (input.number === undefined || !input.tracker.startsWith('file:')) return;
    const file = input.tracker.slice('file:'.length);
    this.#balancer.tell(input.tracker, { kind: 'file', file, value: input.number });
  }

  #tellState(report: Report): void {
    if (report.kind === 'transition') {
      const { instance, to } = report;
      const master = to === 'master';
      this.#balancer.tell(`instance:${instance}`, { kind: 'instance', instance, master });
    } else if (report.kind === 'bfd-transition') {
      const { session, to } = report;
      this.#balancer.tell(`bfd:${session}`, { kind: 'session', session, up: to === 'up' });
    }
  }

  #keepWatchdog(): void {
    const { readiness } = this.#options;
    if (readiness.watchdogPeriod === undefined) return;
    this.#watchdog = setInterval(() => readiness.tell('WATCHDOG=1'), readiness.watchdogPeriod);
  }
}
