/** Metrics of whoever is told of changes, or served through. */
import type { Status } from '../../daemon/control.ts';
import type { Family } from './text.ts';

export function counterpartFamilies({ counterparts = [] }: Status): readonly Family[] {
  const of = (
    name: string,
    type: Family['type'],
    help: string,
    value: (one: (typeof counterparts)[number]) => number,
  ): Family => ({
    ...{ name: `holdfast_counterpart_${name}`, type, help },
    samples: counterparts.map((one) => ({
      labels: { counterpart: one.what },
      value: value(one),
    })),
  });
  return [
    of('well', 'gauge', 'Whether it takes what it is told, or serves.', ({ trouble }) =>
      trouble === undefined ? 1 : 0,
    ),
    of('waiting', 'gauge', 'Messages that wait for it.', ({ waiting }) => waiting),
    of('lost_total', 'counter', 'Messages that it will never be told.', ({ lost }) => lost),
  ];
}
