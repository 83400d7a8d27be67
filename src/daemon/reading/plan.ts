/** What the supervisor makes of a configuration: everything that its parts and its processes need, ready to run. */
import type { Duration } from '../../base/units.ts';
import type { Input } from '../../engine/input.ts';
import type { FailoverModel } from '../../engine/model.ts';
import type { DoorsModel } from '../../engine/translation/doors-model.ts';
import type { ServiceModel } from '../../engine/translation/service-model.ts';
import type {
  TrackFileModel,
  TrackProcessModel,
} from '../../engine/translation/supervisor-trackers.ts';
import type { BufferOrder } from '../../linux/socket.ts';
import type { AlertsPlan } from '../alerts/alerts.ts';
import type { BalancerPlan } from '../balancing/plan.ts';
import type { ProcessOrders } from '../channel.ts';
import type { Line } from '../journal/severity.ts';
import type { NotifyPlan } from '../notify/arguments.ts';
import type { PipesPlan } from '../notify/pipes.ts';
import type { Command } from '../scripts/command.ts';
import type { ScriptPlan } from '../scripts/runner.ts';

export interface DaemonPlan {
  readonly failover: FailoverModel;
  readonly process: ProcessOrders;
  /** Track scripts and probes. */
  readonly scripts: readonly ScriptPlan[];
  readonly files: readonly TrackFileModel[];
  readonly processes: readonly TrackProcessModel[];
  /** Of trackers that nobody watches: they stand. */
  readonly verdicts: readonly Extract<Input, { readonly kind: 'tracker' }>[];
  /** Of the socket that hears about processes, where somebody configured it. */
  readonly processBuffer?: BufferOrder | undefined;
  /** Milliseconds that processes have to end when the daemon stops. */
  readonly stopPatience?: number;
  /** Track scripts that are not run, with the reason: nothing tracks them. */
  readonly disabledScripts: readonly { readonly name: string; readonly reason: string }[];
  /** By instance and by group name. */
  readonly instanceNotify: ReadonlyMap<string, NotifyPlan>;
  readonly groupNotify: ReadonlyMap<string, NotifyPlan>;
  readonly pipes: PipesPlan;
  readonly alerts: AlertsPlan;
  /** For plans of reloads. */
  readonly services: readonly ServiceModel[];
  /** Absent where nothing is balanced. */
  readonly balancer?: BalancerPlan | undefined;
  readonly doors: DoorsPlan;
  /** What the operator should know about it. */
  readonly remarks: readonly Line[];
  /** Mistakes in its text, which must not take away what runs. */
  readonly slips: readonly string[];
  /** Of the files that it was read from. */
  readonly fingerprint?: string;
}

/** The commands are found and checked; one that cannot be run is left out, and a remark says so. */
export type DoorsPlan = Omit<DoorsModel, 'startup' | 'shutdown'> & {
  readonly startup: TimedScript | undefined;
  readonly shutdown: TimedScript | undefined;
  /** The whole configuration as one text, where it is to be saved. */
  readonly savedText?: string;
};

export interface TimedScript {
  readonly command: Command;
  readonly timeout: Duration;
}

/** A configuration that was read, or why it cannot run. */
export type Reading =
  | { readonly ok: true; readonly plan: DaemonPlan }
  /** `text` is the rendered diagnostics, several lines. */
  | { readonly ok: false; readonly errors: number; readonly text: string };

/** Reads the configuration anew each time, or another file. Loaded late: the language is large. */
export type ReadConfiguration = (file: string | undefined) => Promise<Reading>;
