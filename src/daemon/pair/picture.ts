/**
 * The supervisor's picture of the failover process: the last snapshot, brought up to date by the transitions that were
 * reported since. What a successor resumes from is therefore never older than the last message that arrived.
 */
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot, InstanceSnapshot } from '../../engine/snapshot.ts';

export function amend(
  picture: EngineSnapshot | undefined,
  reports: readonly Report[],
): EngineSnapshot | undefined {
  if (picture === undefined || reports.length === 0) return picture;
  const latest = new Map<string, InstanceSnapshot>();
  const byName = new Map(picture.instances.map((instance) => [instance.name, instance]));
  for (const report of reports) {
    if (report.kind !== 'transition' && report.kind !== 'priority') continue;
    if (report.at < picture.takenAt) continue;
    const before = latest.get(report.instance) ?? byName.get(report.instance);
    if (before !== undefined) latest.set(report.instance, amendInstance(before, report));
  }
  if (latest.size === 0) return picture;
  return {
    ...picture,
    instances: picture.instances.map((instance) => latest.get(instance.name) ?? instance),
  };
}

function amendInstance(
  before: InstanceSnapshot,
  report: Extract<Report, { readonly kind: 'transition' | 'priority' }>,
): InstanceSnapshot {
  if (report.kind === 'priority') return { ...before, priority: report.priority };
  if (report.to === 'stop' || report.to === 'deleted') {
    return { ...before, state: 'init', since: report.at, cause: report.cause, deadline: undefined };
  }
  return {
    ...before,
    state: report.to,
    since: report.at,
    cause: report.cause,
    priority: report.priority,
    faults: report.cause.kind === 'fault' ? report.cause.faults : before.faults,
    deadline: undefined,
  };
}
