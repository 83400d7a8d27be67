/** What may be asked of a running daemon, and what it answers. The control socket carries exactly this, as JSON. */
import type { Instant, WallTime } from '../base/units.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { InstanceHistory } from './journal/history.ts';
import type { PairFacts } from './pair.ts';
import type { ScriptFacts } from './scripts/runner.ts';
import type { TransitionCount } from './tally.ts';

export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly configuration: string;
  readonly now: Instant;
  readonly wall: WallTime;
  readonly startedAt: Instant;
  readonly failover: PairFacts;
  /** undefined until the failover process has told anything. */
  readonly snapshot: EngineSnapshot | undefined;
  readonly histories: Readonly<Record<string, InstanceHistory>>;
  readonly scripts: readonly ScriptFacts[];
  readonly reloads: number;
  /** When the last reload that was refused was, and why. */
  readonly refusedReload: { readonly wall: WallTime; readonly text: string } | undefined;
  readonly journalLinesLost: number;
  /** Changes of state since the start, counted by cause. */
  readonly transitions: readonly TransitionCount[];
  /** Deadlines that the failover process served late. */
  readonly late: number;
}

export type ReloadAnswer =
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'stopping' };

export interface Control {
  status(): Promise<Status>;
  reload(): Promise<ReloadAnswer>;
  stop(): void;
}
