/**
 * Tells of a change whoever asked to be told, in keepalived's order: the script of the state, the script for every
 * change, the pipes.
 */
import type { Instant } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot } from '../../engine/snapshot.ts';
import { serviceNamed } from '../balancing/packed-model.ts';
import type { Counterpart } from '../counterpart.ts';
import type { Loudness } from '../journal/severity.ts';
import type { DaemonPlan } from '../reading/plan.ts';
import type { Command } from '../scripts/command.ts';
import { type NotifyState, noticeOf, type StateChange } from './arguments.ts';
import { Notifier } from './notifier.ts';
import { Pipes } from './pipes.ts';
import { type ServiceScriptPlans, serviceNotice } from './service-herald.ts';

export interface HeraldOptions {
  now(): Instant;
  say(loudness: Loudness, text: string): void;
  /** Says it and remembers it as part of the subject's story. */
  remark(loudness: Loudness, subject: string, text: string): void;
}

type Changes = Pick<DaemonPlan, 'instanceNotify' | 'groupNotify' | 'pipes' | 'balancer'>;

const noScripts: ServiceScriptPlans = new Map();

/** keepalived waits this long for the scripts of a stop. */
const stopPatience = 1_000;

export class Herald {
  readonly #notifier: Notifier;
  readonly #pipes: Pipes;
  #plan: Changes | undefined;
  /** What ran before: the scripts of what a reload has just removed. */
  #before: Changes | undefined;
  #priorityChanges: ReadonlySet<string> = new Set();

  constructor({ now, say, remark }: HeraldOptions) {
    this.#notifier = new Notifier({ now, say: remark });
    this.#pipes = new Pipes(say);
  }

  /** Resolves when the readers of the pipes run again. */
  configure(plan: Changes): Promise<void> {
    this.#before = this.#plan;
    this.#plan = plan;
    this.#priorityChanges = new Set(plan.pipes.priorityChanges);
    return this.#pipes.configure(plan.pipes);
  }

  tell(report: Report): void {
    switch (report.kind) {
      case 'transition': {
        const { instance: name, to, cause, priority } = report;
        const state = notifyState(to);
        // A process that took another's place changed nothing.
        if (state === undefined || cause.kind === 'resumed') return;
        this.#change({ kind: 'INSTANCE', name, state, priority: priority.effective });
        return;
      }
      case 'group-transition': {
        const state = notifyState(report.to);
        if (state === undefined) return;
        this.#change({ kind: 'GROUP', name: report.group, state, priority: 0 });
        return;
      }
      case 'lower-priority-heard':
        this.#lowerPriority(report.instance, report.ours);
        return;
      case 'priority': {
        const { instance: name, state, priority } = report;
        const isTold = state === 'master' || state === 'backup';
        if (!isTold || !this.#priorityChanges.has(name)) return;
        const word = `${state.toUpperCase()}_PRIORITY`;
        this.#pipes.tell({ kind: 'INSTANCE', name, state: word, priority: priority.effective });
      }
    }
  }

  /** A reload may have removed what it is about just now. */
  tellService(report: BalancerReport): void {
    const notice = serviceNotice(report, this.#plan?.balancer?.scripts ?? noScripts) ?? undefined;
    if (notice === undefined) return;
    const { subject, state, line } = notice;
    const before = this.#before?.balancer?.scripts ?? noScripts;
    const command = notice.command ?? this.#goneCommand(report, before);
    const commands = command === undefined ? [] : [command];
    this.#notifier.notify(subject, { state, commands });
    this.#pipes.tellService(subject, line);
  }

  #goneCommand(report: BalancerReport, before: ServiceScriptPlans): Command | undefined {
    const command = serviceNotice(report, before)?.command;
    return command === undefined || this.#has(report) ? undefined : command;
  }

  /** Whether the service and the server that it is about are configured. */
  #has(report: BalancerReport): boolean {
    if (!('service' in report)) return false;
    const model = this.#plan?.balancer?.model;
    const service = model === undefined ? undefined : serviceNamed(model, report.service);
    if (service === undefined || !('server' in report)) return service !== undefined;
    return service.servers.some(({ name }) => name === report.server);
  }

  /** `fifo_write_vrrp_states_on_reload`: where everything stands, to the pipes. */
  tellStates({ instances, groups }: EngineSnapshot): void {
    for (const { name, state: to, priority } of instances) {
      const state = notifyState(to);
      if (state === undefined) continue;
      this.#pipes.tell({ kind: 'INSTANCE', name, state, priority: priority.effective });
    }
    for (const { name, state: to } of groups) {
      const state = notifyState(to);
      if (state !== undefined) this.#pipes.tell({ kind: 'GROUP', name, state, priority: 0 });
    }
  }

  /** The pipes. */
  counterparts(): readonly Counterpart[] {
    return this.#pipes.counterparts();
  }

  /** Waits a little for scripts that still run, then ends them and the readers of the pipes. */
  async close(): Promise<void> {
    await this.#notifier.close(stopPatience);
    await this.#pipes.close();
  }

  #change(change: StateChange): void {
    const { kind, name } = change;
    const key = kind === 'GROUP' ? 'groupNotify' : 'instanceNotify';
    const scripts = this.#plan?.[key].get(name) ?? this.#before?.[key].get(name);
    if (scripts === undefined) {
      this.#pipes.tell(change);
      return;
    }
    const notice = noticeOf(scripts, change);
    this.#notifier.notify(kind === 'GROUP' ? `group ${name}` : name, notice);
    this.#pipes.tell({ ...change, state: notice.state });
  }

  #lowerPriority(name: string, priority: number): void {
    const state = 'MASTER_RX_LOWER_PRI';
    const command = this.#plan?.instanceNotify.get(name)?.lowerPriority;
    if (command !== undefined) {
      this.#notifier.notify(`lower-priority ${name}`, { state, commands: [command] });
    }
    this.#pipes.tell({ kind: 'INSTANCE', name, state, priority });
  }
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
