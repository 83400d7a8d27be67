/** The requests of the control socket: HTTP over a Unix socket, answers in JSON, or as text where said so. */
export const routes = {
  status: { method: 'GET', path: '/status' },
  /** `within`: microseconds after which it is taken back unless confirmed. */
  reload: { method: 'POST', path: '/reload' },
  /** `file`: what would be loaded instead of the daemon's own. */
  plan: { method: 'GET', path: '/plan' },
  /** `traffic=1` reads the counters of the kernel too. */
  services: { method: 'GET', path: '/services' },
  /** `name`: what happened to the services and servers of this name. */
  stories: { method: 'GET', path: '/stories' },
  /** `service`, `server` and `order`: drain, enable, or a weight. */
  server: { method: 'POST', path: '/server' },
  confirm: { method: 'POST', path: '/confirm' },
  rollback: { method: 'POST', path: '/rollback' },
  stop: { method: 'POST', path: '/stop' },
  /** Text, in the form that Prometheus scrapes. */
  metrics: { method: 'GET', path: '/metrics' },
  /** What keepalived writes into files when it is signalled. */
  'dump-data': { method: 'GET', path: '/dump/data' },
  'dump-stats': { method: 'GET', path: '/dump/stats' },
  'dump-json': { method: 'GET', path: '/dump/json' },
} as const;

export type Route = keyof typeof routes;

/** What every refused request is answered with. */
export interface Refused {
  readonly error: string;
}
