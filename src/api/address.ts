/** The requests of the control socket: HTTP over a Unix socket, answers in JSON, or as text where said so. */
export const routes = {
  status: { method: 'GET', path: '/status' },
  reload: { method: 'POST', path: '/reload' },
  stop: { method: 'POST', path: '/stop' },
  /** Text, in the form that Prometheus scrapes. */
  metrics: { method: 'GET', path: '/metrics' },
} as const;

export type Route = keyof typeof routes;

/** What every refused request is answered with. */
export interface Refused {
  readonly error: string;
}
