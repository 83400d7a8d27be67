/** Times for people. */
import type { Duration, Instant, WallTime } from '../../base/units.ts';
import { between } from '../../base/units.ts';

/** `12:00:03.250` today, with the date in front on any other day. Local time. */
export function renderClock(wall: WallTime, today: WallTime): string {
  const date = new Date(wall / 1_000);
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return date.toDateString() === new Date(today / 1_000).toDateString() ? time : `${day} ${time}`;
}

/** `3.2 s`, `4 min 10 s`, `2 h 5 min`, `12 d 3 h`. */
export function renderSpan(length: Duration): string {
  const seconds = Math.max(0, length) / 1_000_000;
  if (seconds < 0.1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return `${minutes} min ${whole % 60} s`;
}

export function renderAgo(at: Instant, now: Instant): string {
  return `${renderSpan(between(at, now))} ago`;
}
