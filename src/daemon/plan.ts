/** What the supervisor makes of a configuration: everything that its parts and its processes need, ready to run. */
import type { FailoverModel } from '../engine/model.ts';
import type { ProcessOrders } from './channel.ts';
import type { Line } from './journal/severity.ts';
import type { NotifyPlan } from './notify/arguments.ts';
import type { ScriptPlan } from './scripts/runner.ts';

export interface DaemonPlan {
  readonly failover: FailoverModel;
  readonly process: ProcessOrders;
  readonly scripts: readonly ScriptPlan[];
  /** Track scripts that are not run, with the reason: nothing tracks them. */
  readonly disabledScripts: readonly { readonly name: string; readonly reason: string }[];
  /** By instance and by group name. */
  readonly instanceNotify: ReadonlyMap<string, NotifyPlan>;
  readonly groupNotify: ReadonlyMap<string, NotifyPlan>;
  /** What the operator should know about it. */
  readonly remarks: readonly Line[];
}

/** A configuration that was read, or why it cannot run. */
export type Reading =
  | { readonly ok: true; readonly plan: DaemonPlan }
  /** `text` is the rendered diagnostics, several lines. */
  | { readonly ok: false; readonly errors: number; readonly text: string };

/** Reads the configuration anew each time. Loaded late: the language is large. */
export type ReadConfiguration = () => Promise<Reading>;
