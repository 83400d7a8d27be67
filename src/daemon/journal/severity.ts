/** How loud a line of the journal is; the numbers are syslog's. */
export type Loudness = 'error' | 'warning' | 'notice' | 'info';

export const syslogLevel: Readonly<Record<Loudness, number>> = {
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
};

export interface Line {
  readonly loudness: Loudness;
  readonly text: string;
}
