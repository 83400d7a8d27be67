/** The last transitions of every instance with their causes: what `explain` tells. */
import type { Instant, WallTime } from '../../base/units.ts';
import type { Cause, PrioritySum, Report } from '../../engine/report.ts';

export interface HistoryEntry {
  readonly at: Instant;
  readonly wall: WallTime;
  readonly from: string;
  readonly to: string;
  readonly cause: Cause;
  readonly priority: PrioritySum;
  /** Whatever else was told about the instance between the transition before and this one. */
  readonly before: readonly Remark[];
}

export interface Remark {
  readonly at: Instant;
  readonly wall: WallTime;
  readonly text: string;
}

export interface InstanceHistory {
  readonly entries: readonly HistoryEntry[];
  /** Remarks since the last transition. */
  readonly since: readonly Remark[];
}

export type History = ReadonlyMap<string, InstanceHistory>;

const entriesMost = 20;
const remarksMost = 10;
const nothing: InstanceHistory = { entries: [], since: [] };

export function recordTransition(
  history: History,
  report: Extract<Report, { readonly kind: 'transition' }>,
  wall: WallTime,
): History {
  const before = history.get(report.instance) ?? nothing;
  const { at, from, to, cause, priority } = report;
  const entry: HistoryEntry = { at, wall, from, to, cause, priority, before: before.since };
  const entries = [...before.entries, entry].slice(-entriesMost);
  return new Map(history).set(report.instance, { entries, since: [] });
}

export function recordRemark(history: History, instance: string, remark: Remark): History {
  const before = history.get(instance) ?? nothing;
  const since = [...before.since, remark].slice(-remarksMost);
  return new Map(history).set(instance, { ...before, since });
}
