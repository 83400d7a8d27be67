/** What may be asked of a running daemon, and what it answers. The control socket carries exactly this, as JSON. */
import type { Duration, Instant, WallTime } from '../base/units.ts';
import type { Plan } from '../engine/plan/plan.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type {
  ServerOrder,
  ServerOrderAnswer,
  ServicesAnswer,
  StoriesAnswer,
} from './balancing/orders.ts';
import type { BalancerFacts } from './balancing/part.ts';
import type { Counterpart } from './counterpart.ts';
import type { InstanceHistory } from './journal/history.ts';
import type { PairFacts } from './pair/pair.ts';
import type { TransitionCount } from './pair/tally.ts';
import type { DaemonPlan } from './reading/plan.ts';
import type { InstanceOrder } from './reload/adjustment.ts';
import type { ScriptFacts } from './scripts/runner.ts';
import type { ProcessCount } from './trackers/quorum.ts';

export interface Status extends ReloadStatus {
  readonly version: string;
  readonly pid: number;
  readonly configuration: string;
  readonly now: Instant;
  readonly wall: WallTime;
  readonly startedAt: Instant;
  readonly failover: PairFacts;
  /** Absent where nothing is balanced. */
  readonly balancer?: BalancerFacts | undefined;
  /** undefined until the failover process has told anything. */
  readonly snapshot: EngineSnapshot | undefined;
  readonly histories: Readonly<Record<string, InstanceHistory>>;
  readonly scripts: readonly ScriptFacts[];
  /** How many of each tracked process run. */
  readonly processes?: readonly ProcessCount[];
  readonly journalLinesLost: number;
  /** Everybody who is told or served through. */
  readonly counterparts?: readonly Counterpart[];
  /** Changes of state since the start, counted by cause. */
  readonly transitions: readonly TransitionCount[];
  /** Deadlines that the failover process served late. */
  readonly late: number;
}

export interface ReloadStatus {
  readonly reloads: number;
  /** Of the files that what runs was read from. */
  readonly fingerprint?: string | undefined;
  /** When the last reload that was refused was, and why. */
  readonly refusedReload: { readonly wall: WallTime; readonly text: string } | undefined;
  /** What runs is taken back then, unless it is confirmed. */
  readonly unconfirmedUntil: Instant | undefined;
  /** When the last one that was loaded on probation was taken back, and why; until the next reload. */
  readonly rolledBack: { readonly wall: WallTime; readonly why: string } | undefined;
}

/** `text` is the rendered diagnostics. */
export interface RefusedConfiguration {
  readonly kind: 'refused';
  readonly text: string;
}

export type ReloadAnswer =
  /** What was done. `unconfirmedFor` is there while a configuration waits for its confirmation. */
  | {
      readonly kind: 'reloaded';
      readonly plan: Plan;
      readonly unconfirmedFor: Duration | undefined;
    }
  | RefusedConfiguration
  | { readonly kind: 'stopping' };

export type PlanAnswer =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | RefusedConfiguration
  | { readonly kind: 'stopping' };

export type ConfirmAnswer =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'rolled-back'; readonly plan: Plan }
  | { readonly kind: 'nothing-to-confirm' };

/** Everything that a dump shows. */
export interface Inspection {
  readonly status: Status;
  /** undefined until the configuration has been read. */
  readonly plan: DaemonPlan | undefined;
}

export interface Inspectable {
  inspect(): Promise<Inspection>;
}

/** What keepalived writes into files. */
export type DumpText = 'data' | 'stats' | 'json';

export interface Control {
  status(): Promise<Status>;
  /** undefined while there is nothing to show yet. */
  dump(kind: DumpText): Promise<string | undefined>;
  /** `within` loads on probation: unless confirmed in time, it is taken back. */
  reload(within?: Duration): Promise<ReloadAnswer>;
  /** What a reload with this file would do; undefined is the daemon's own. */
  plan(file: string | undefined): Promise<PlanAnswer>;
  /** Every service with every server; `withTraffic` reads the counters of the kernel too. */
  services(withTraffic: boolean): Promise<ServicesAnswer>;
  /** The same as the text of JSON, in pieces. */
  readServices(withTraffic: boolean): AsyncIterable<string>;
  /** What happened to the services and servers of this name. */
  stories(name: string): Promise<StoriesAnswer>;
  order(order: ServerOrder): ServerOrderAnswer;
  /** Whether it could be done. */
  adjust(order: InstanceOrder): boolean;
  confirm(): ConfirmAnswer;
  rollBack(): Promise<ConfirmAnswer>;
  stop(): void;
}
