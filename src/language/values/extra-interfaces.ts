/** `[all] <N>`: a period of announcements on the further interfaces that carry addresses. */
import type { Duration } from '../../base/units.ts';
import { secondsValue } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { advance, peek } from '../../config/schema-value.ts';

export interface ExtraInterfaces {
  /** Every further interface, not the virtual MAC ones alone. */
  readonly all: boolean;
  readonly interval: Duration;
}

export function extraInterfaces(min: number): Value<ExtraInterfaces> {
  const interval = secondsValue(min, 86_400);
  return {
    syntax: '[all] <N>',
    range: interval.range,
    unit: interval.unit,
    choices: ['all'],
    read(cursor) {
      const all = peek(cursor)?.text === 'all';
      if (all) advance(cursor);
      const length = interval.read(cursor);
      return length === undefined ? undefined : { all, interval: length };
    },
    write: (value) => `${value.all ? 'all ' : ''}${interval.write(value.interval)}`,
  };
}
