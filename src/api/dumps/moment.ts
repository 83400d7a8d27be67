/** A moment as keepalived writes it: seconds of Unix time, then the local time in the C library's form. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** From microseconds: `1673674892.348360 (Sat Jan 14 06:41:32.348360 2023)`. */
export function renderMoment(microseconds: number): string {
  const whole = Math.floor(microseconds / 1_000_000);
  const fraction = String(Math.floor(microseconds - whole * 1_000_000)).padStart(6, '0');
  const date = new Date(whole * 1_000);
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const day = String(date.getDate()).padStart(2, ' ');
  const local = `${days[date.getDay()]} ${months[date.getMonth()]} ${day} ${clock}.${fraction} ${date.getFullYear()}`;
  return `${whole}.${fraction} (${local})`;
}
