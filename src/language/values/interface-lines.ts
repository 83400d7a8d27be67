/** Lines that name an interface: how long its changes are held back, and how its link is polled. */
import type { Duration } from '../../base/units.ts';
import { seconds } from '../../base/units.ts';
import { secondsValue } from '../../config/schema-number.ts';
import type { Value } from '../../config/schema-value.ts';
import { advance, demand, peek } from '../../config/schema-value.ts';

export interface UpDownDelay {
  readonly interface: string;
  readonly down: Duration;
  readonly up: Duration;
}

const delay = secondsValue(0, 255);

export const upDownDelay: Value<UpDownDelay> = {
  syntax: '<IF> <DOWN> [<UP>]',
  range: delay.range,
  unit: delay.unit,
  read(cursor) {
    const name = demand(cursor, 'an interface')?.text;
    const down = name === undefined ? undefined : delay.read(cursor);
    if (name === undefined || down === undefined) return undefined;
    const up = peek(cursor) === undefined ? seconds(0) : delay.read(cursor);
    return { interface: name, down, up: up ?? seconds(0) };
  },
  write: (value) => `${value.interface} ${delay.write(value.down)} ${delay.write(value.up)}`,
};

const methods = ['MII', 'ETHTOOL', 'IOCTL'] as const;

export interface LinkPolling {
  readonly interface: string;
  /** undefined takes the first method that works. */
  readonly method: (typeof methods)[number] | undefined;
}

export const linkPolling: Value<LinkPolling> = {
  syntax: '<IF> [MII|ETHTOOL|IOCTL]',
  choices: methods,
  read(cursor) {
    const name = demand(cursor, 'an interface')?.text;
    if (name === undefined) return undefined;
    const method = methods.find((each) => each === peek(cursor)?.text);
    if (method !== undefined) advance(cursor);
    return { interface: name, method };
  },
  write: (value) =>
    value.method === undefined ? value.interface : `${value.interface} ${value.method}`,
};
