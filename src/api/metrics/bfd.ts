/** Metrics of BFD sessions; none where no session is configured. */
import { between, toSeconds } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import type { BfdSessionSnapshot } from '../../engine/bfd/snapshot.ts';
import { detectionOf, intervalOf } from '../../protocol/bfd/session.ts';
import type { Family, Sample } from './text.ts';

const states = ['admin-down', 'down', 'init', 'up'] as const;

export function bfdFamilies(status: Status): readonly Family[] {
  const bfd = status.snapshot?.bfd;
  if (bfd === undefined) return [];
  const { sessions } = bfd;
  const wall = status.wall / 1_000_000;
  return [
    {
      name: 'holdfast_bfd_session_state',
      type: 'gauge',
      help: 'The state that a BFD session is in is 1, the others are 0.',
      samples: sessions.flatMap(({ model, state }) =>
        states.map((each) => ({
          labels: { session: model.name, neighbour: model.neighbour, state: each },
          value: each === state.state ? 1 : 0,
        })),
      ),
    },
    family(
      sessions,
      'gauge',
      'state_since_seconds',
      'When it came into that state, Unix time.',
    )(({ since }) => wall - toSeconds(between(since, status.now))),
    family(
      sessions,
      'gauge',
      'transmit_interval_seconds',
      'Interval of sending; 0 while silent.',
    )(({ state }) => toSeconds(intervalOf(state) ?? NOTHING)),
    family(
      sessions,
      'gauge',
      'detection_seconds',
      'Detection time; 0 while nobody is heard.',
    )(({ state }) => toSeconds(detectionOf(state) ?? NOTHING)),
    family(sessions, 'counter', 'sent_total', 'Packets sent.')(({ statistics }) => statistics.sent),
    family(
      sessions,
      'counter',
      'received_total',
      'Packets heeded.',
    )(({ statistics }) => statistics.received),
    family(
      sessions,
      'counter',
      'downs_total',
      'How often it went down from up.',
    )(({ statistics }) => statistics.wentDown),
    {
      name: 'holdfast_bfd_overflowed_total',
      type: 'counter',
      help: 'BFD packets that arrived and were not kept for want of room in a receive buffer.',
      samples: [{ labels: {}, value: bfd.overflowed }],
    },
    {
      name: 'holdfast_bfd_rejected_total',
      type: 'counter',
      help: 'BFD packets that were not heeded, by reason; without a session where none was found.',
      samples: [
        ...rejections('', bfd.rejected),
        ...sessions.flatMap(({ model, statistics }) => rejections(model.name, statistics.rejected)),
      ],
    },
  ];
}

const NOTHING = 0 as NonNullable<ReturnType<typeof detectionOf>>;

function family(
  sessions: readonly BfdSessionSnapshot[],
  type: Family['type'],
  name: string,
  help: string,
): (value: (session: BfdSessionSnapshot) => number) => Family {
  return (value) => ({
    name: `holdfast_bfd_session_${name}`,
    type,
    help,
    samples: sessions.map((session) => ({
      labels: { session: session.model.name },
      value: value(session),
    })),
  });
}

function rejections(session: string, counts: Readonly<Partial<Record<string, number>>>): Sample[] {
  return Object.entries(counts).map(([reason, value]) => ({
    labels: { session, reason },
    value: value ?? 0,
  }));
}
