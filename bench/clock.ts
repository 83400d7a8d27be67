/** Civil time in microseconds, to place the bench's own actions roughly among the kernel's timestamps. */
export function civilMicroseconds(): number {
  return Date.now() * 1_000;
}

export function loadAverage(text: string): string {
  return text.split(' ').slice(0, 3).join(' ');
}
