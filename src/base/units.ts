/** Units of time as types: one integer grain, the microsecond, everywhere. */

declare const unit: unique symbol;

/** A point on the host's monotonic clock (CLOCK_MONOTONIC), in whole microseconds. */
export type Instant = number & { readonly [unit]: 'instant' };

/** A length of time in whole microseconds. Never negative where a state carries one. */
export type Duration = number & { readonly [unit]: 'duration' };

/** A point in civil time: whole microseconds since the Unix epoch. Only reports carry it. */
export type WallTime = number & { readonly [unit]: 'wall' };

export function instant(microseconds: number): Instant {
  return Math.round(microseconds) as Instant;
}

export function wallTime(microseconds: number): WallTime {
  return Math.round(microseconds) as WallTime;
}

export function microseconds(count: number): Duration {
  return Math.round(count) as Duration;
}

export function milliseconds(count: number): Duration {
  return Math.round(count * 1_000) as Duration;
}

/** RFC 9568 5.2.7 counts the advertisement interval in centiseconds. */
export function centiseconds(count: number): Duration {
  return Math.round(count * 10_000) as Duration;
}

export function seconds(count: number): Duration {
  return Math.round(count * 1_000_000) as Duration;
}

export function toSeconds(length: Duration): number {
  return length / 1_000_000;
}

export function toMilliseconds(length: Duration): number {
  return length / 1_000;
}

/** The instant that lies `length` after `start`. */
export function after(start: Instant, length: Duration): Instant {
  return (start + length) as Instant;
}

/** The time from `start` to `end`; negative when `end` comes first. */
export function between(start: Instant, end: Instant): Duration {
  return (end - start) as Duration;
}

/** The product, rounded to a whole microsecond. */
export function times(length: Duration, factor: number): Duration {
  return Math.round(length * factor) as Duration;
}

export function plus(one: Duration, other: Duration): Duration {
  return (one + other) as Duration;
}

/** The earlier of two instants, where `undefined` means never. */
export function earliest(
  one: Instant | undefined,
  other: Instant | undefined,
): Instant | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  return one < other ? one : other;
}

export function latest(one: Instant, other: Instant): Instant {
  return one > other ? one : other;
}

/** `3.609s`, `12.5ms`, `40us`: the shortest form that loses nothing. */
export function renderDuration(length: Duration): string {
  const size = Math.abs(length);
  if (size >= 1_000_000) return `${length / 1_000_000}s`;
  if (size >= 1_000) return `${length / 1_000}ms`;
  return `${length}us`;
}
