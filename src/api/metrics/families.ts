/** What a daemon's status comes to as metrics; `docs/metrics.md` describes each. */
import { between, toSeconds } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import type { TextBody } from '../exchange.ts';
import { bfdFamilies } from './bfd.ts';
import { counterpartFamilies } from './counterparts.ts';
import { instanceFamilies } from './instances.ts';
import { type Family, renderFamilies } from './text.ts';

export function metricsOf(status: Status): TextBody {
  return renderFamilies(familiesOf(status));
}

function familiesOf(status: Status): readonly Family[] {
  return [
    ...daemonFamilies(status),
    ...counterpartFamilies(status),
    ...failoverFamilies(status),
    ...instanceFamilies(status),
    ...bfdFamilies(status),
  ];
}

/** One sample without labels. */
function single(name: string, type: Family['type'], help: string, value: number): Family {
  return { name, type, help, samples: [{ labels: {}, value }] };
}

function daemonFamilies(status: Status): readonly Family[] {
  const { version, reloads, refusedReload, journalLinesLost } = status;
  const uptime = toSeconds(between(status.startedAt, status.now));
  const startedAt = status.wall / 1_000_000 - uptime;
  return [
    {
      name: 'holdfast_build_info',
      type: 'gauge',
      help: 'Always 1; the version that runs is a label.',
      samples: [{ labels: { version }, value: 1 }],
    },
    single(
      'holdfast_start_time_seconds',
      'gauge',
      'When the daemon started, in Unix time.',
      Math.round(startedAt * 1_000) / 1_000,
    ),
    single(
      'holdfast_reloads_total',
      'counter',
      'Configurations taken over while running.',
      reloads,
    ),
    single(
      'holdfast_last_reload_successful',
      'gauge',
      'Whether the last reload took its configuration over; 1 before the first.',
      refusedReload === undefined ? 1 : 0,
    ),
    single(
      'holdfast_journal_lines_dropped_total',
      'counter',
      'Lines that the reader of the log did not take in time.',
      journalLinesLost,
    ),
  ];
}

function failoverFamilies({ failover, snapshot, late }: Status): readonly Family[] {
  const families = [
    single(
      'holdfast_failover_replacements_total',
      'counter',
      'Failover processes that died and were replaced.',
      failover.replaced,
    ),
    single(
      'holdfast_failover_standby_ready',
      'gauge',
      'Whether a second failover process stands by.',
      failover.standbyReady ? 1 : 0,
    ),
    single(
      'holdfast_reports_dropped_total',
      'counter',
      'Reports of the failover process that the supervisor did not take in time.',
      failover.reportsLost,
    ),
    single(
      'holdfast_failover_late_total',
      'counter',
      'Deadlines that the failover process served later than it tolerates.',
      late,
    ),
  ];
  if (snapshot === undefined) return families;
  return [
    ...families,
    single(
      'holdfast_failover_lateness_max_seconds',
      'gauge',
      'Worst lateness of a deadline since the failover process started.',
      toSeconds(snapshot.latenessMax),
    ),
    {
      name: 'holdfast_unmatched_datagrams_total',
      type: 'counter',
      help: 'Datagrams that no instance could be found for, by reason.',
      samples: Object.entries(snapshot.rejected).map(([reason, value]) => ({
        labels: { reason },
        value,
      })),
    },
    {
      name: 'holdfast_tracker_verdict',
      type: 'gauge',
      help: 'The verdict that holds is 1, the others are 0.',
      samples: snapshot.trackers.flatMap(({ tracker, verdict }) =>
        (['pending', 'up', 'down'] as const).map((each) => ({
          labels: { tracker, verdict: each },
          value: each === verdict ? 1 : 0,
        })),
      ),
    },
  ];
}
