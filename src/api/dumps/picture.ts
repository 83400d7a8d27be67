/** Everything that a dump shows, instance by instance: what is configured beside what is. */
import { between, type Instant } from '../../base/units.ts';
import type { Inspection, Status } from '../../daemon/control.ts';
import type { NotifyPlan } from '../../daemon/notify/arguments.ts';
import type { DaemonPlan } from '../../daemon/reading/plan.ts';
import type { Command } from '../../daemon/scripts/command.ts';
import type { DeviceModel, InstanceModel } from '../../engine/model.ts';
import type { InstanceSnapshot, InstanceStatistics } from '../../engine/snapshot.ts';

/** Counters at the last signal that cleared them, by instance. */
export type Baseline = ReadonlyMap<string, InstanceStatistics>;

export interface Picture {
  readonly plan: DaemonPlan;
  readonly status: Status;
  readonly instances: readonly InstancePicture[];
}

export interface InstancePicture {
  readonly model: InstanceModel;
  readonly now: InstanceSnapshot;
  readonly statistics: InstanceStatistics;
  readonly notify: NotifyPlan | undefined;
  readonly mailed: boolean;
  readonly tellsPriority: boolean;
  readonly group: string | undefined;
}

/** undefined until the failover process has told anything. Instances in configured order. */
export function pictureOf({ status, plan }: Inspection, baseline: Baseline): Picture | undefined {
  const { snapshot } = status;
  if (plan === undefined || snapshot === undefined) return undefined;
  const snapshots = new Map(snapshot.instances.map((one) => [one.name, one]));
  const mailed = new Set(plan.doors.dumps.mailed);
  const tells = new Set(plan.pipes.priorityChanges);
  const groups = new Map(
    plan.failover.groups.flatMap(({ name, members }) => members.map((one) => [one, name])),
  );
  const instances = plan.failover.instances.flatMap((model) => {
    const now = snapshots.get(model.name);
    if (now === undefined) return [];
    return [
      {
        model,
        now,
        statistics: since(now.statistics, baseline.get(model.name)),
        notify: plan.instanceNotify.get(model.name),
        mailed: mailed.has(model.name),
        tellsPriority: tells.has(model.name),
        group: groups.get(model.name),
      },
    ];
  });
  return { plan, status, instances };
}

/** What was counted after `before`. A counter that has begun anew since then counts in full. */
function since(
  now: InstanceStatistics,
  before: InstanceStatistics | undefined,
): InstanceStatistics {
  if (before === undefined) return now;
  const less = (one: number, other: number) => (one >= other ? one - other : one);
  const rejected = Object.entries(now.rejected).map(([reason, count]) => {
    const earlier = before.rejected[reason as keyof typeof before.rejected] ?? 0;
    return [reason, less(count, earlier)];
  });
  return {
    received: less(now.received, before.received),
    sent: less(now.sent, before.sent),
    becameMaster: less(now.becameMaster, before.becameMaster),
    releasedMaster: less(now.releasedMaster, before.releasedMaster),
    priorityZeroReceived: less(now.priorityZeroReceived, before.priorityZeroReceived),
    priorityZeroSent: less(now.priorityZeroSent, before.priorityZeroSent),
    rejected: Object.fromEntries(rejected),
  };
}

/** Microseconds of Unix time. */
export function wallOf(status: Status, at: Instant): number {
  return status.wall - between(at, status.now);
}

/** keepalived's numbers: INIT 0, BACKUP 1, MASTER 2, FAULT 3. */
export const stateNumber = { init: 0, backup: 1, master: 2, fault: 3 } as const;

/** The state it makes for: keepalived's `wantstate` follows the state once an instance has begun. */
export function wantedState({ model, now }: InstancePicture): InstanceSnapshot['state'] {
  return now.state === 'init' ? model.initialState : now.state;
}

/** The device of its own that it runs on; undefined without one. */
export function ownDevice({ devices, interface: link }: InstanceModel): DeviceModel | undefined {
  return devices?.find(({ parent }) => parent === link);
}

/** Each word in single quotes, as keepalived shows a command. */
export function renderWords({ argv }: Command): string {
  return argv.map((word) => `'${word.replaceAll("'", "\\'")}'`).join(' ');
}

/** The command of a tracked script; undefined for one that is not run, and for a probe. */
export function scriptCommand(plan: DaemonPlan, tracker: string): Command | undefined {
  const task = plan.scripts.find((script) => script.tracker === tracker)?.task;
  return task?.kind === 'command' ? task.command : undefined;
}

/** Stands for a secret, which is nobody's business. */
export const masked = '********';
