/** The notification pipes: keepalived's lines, to whom they concern. */
import type { Counterpart } from '../counterpart.ts';
import { Pipe, type PipePlan, type Say } from './pipe.ts';

export interface PipesPlan {
  /** `notify_fifo`, which hears everything. */
  readonly all: PipePlan | undefined;
  readonly vrrp: PipePlan | undefined;
  /** Services and their servers alone. */
  readonly lvs: PipePlan | undefined;
  /** Instances whose changes of priority are told. */
  readonly priorityChanges: readonly string[];
  readonly statesOnReload: boolean;
}

export interface PipeLine {
  readonly kind: 'INSTANCE' | 'GROUP';
  readonly name: string;
  /** `MASTER`, `BACKUP_PRIORITY`, `MASTER_RX_LOWER_PRI`, ... */
  readonly state: string;
  readonly priority: number;
}

export class Pipes {
  readonly #say: Say;
  #all: Pipe | undefined;
  #vrrp: Pipe | undefined;
  #lvs: Pipe | undefined;

  constructor(say: Say) {
    this.#say = say;
  }

  get isUsed(): boolean {
    return this.#all !== undefined || this.#vrrp !== undefined;
  }

  /** A pipe whose path and owner are as they were stays open; every reader is started anew. */
  async configure(plan: PipesPlan): Promise<void> {
    const before = [...this.#used()];
    const next: Pipe[] = [];
    const use = (wanted: PipePlan | undefined): Pipe | undefined => {
      if (wanted === undefined) return undefined;
      const known = [...next, ...before].find((pipe) => samePlan(pipe.plan, wanted));
      const pipe = known ?? new Pipe(wanted, this.#say);
      next.push(pipe);
      return pipe;
    };
    const closing = before
      .filter(({ plan: old }) => !wantedOf(plan).some((wanted) => samePlan(old, wanted)))
      .map((pipe) => pipe.close());
    this.#all = use(plan.all);
    this.#vrrp = use(plan.vrrp);
    this.#lvs = use(plan.lvs);
    const kept = before.filter((pipe) => next.includes(pipe));
    await Promise.all([...closing, ...kept.map((pipe) => pipe.restartReader())]);
  }

  /** `INSTANCE "NAME" STATE PRIO`. */
  tell({ kind, name, state, priority }: PipeLine): void {
    const line = `${kind} "${name}" ${state} ${priority}\n`;
    const subject = `${kind} ${name} ${/_/.test(state) ? state : ''}`;
    for (const pipe of new Set([this.#all, this.#vrrp])) pipe?.write(subject, line);
  }

  /** A line of services and servers, as it is; `subject` is what it is of. */
  tellService(subject: string, line: string): void {
    for (const pipe of new Set([this.#all, this.#lvs])) pipe?.write(subject, line);
  }

  counterparts(): readonly Counterpart[] {
    return [...this.#used()].map((pipe) => pipe.counterpart);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#used()].map((pipe) => pipe.close()));
  }

  #used(): ReadonlySet<Pipe> {
    return new Set([this.#all, this.#vrrp, this.#lvs].filter((pipe) => pipe !== undefined));
  }
}

function wantedOf({ all, vrrp, lvs }: PipesPlan): readonly PipePlan[] {
  return [all, vrrp, lvs].filter((pipe) => pipe !== undefined);
}

function samePlan(one: PipePlan, other: PipePlan): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
