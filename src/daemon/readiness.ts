/**
 * Tells systemd how far the daemon is (sd_notify(3)), when it asked to be told. Node has no datagram sockets of the
 * Unix family, so the kernel is asked directly; that code is loaded only where systemd wants it.
 */
export interface Readiness {
  tell(state: string): void;
  /** How often systemd wants a sign of life, in milliseconds; undefined when it wants none. */
  readonly watchdogPeriod: number | undefined;
}

export const silentReadiness: Readiness = { tell: () => undefined, watchdogPeriod: undefined };

export function openReadiness(): Promise<Readiness> {
  return Promise.resolve(silentReadiness);
}
