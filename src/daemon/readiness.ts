/**
 * Tells systemd how far the daemon is (sd_notify(3)), when it asked to be told. Node has no datagram sockets of the
 * Unix family, so the kernel is asked directly; that code is loaded only where systemd wants it.
 */
export interface Readiness {
  tell(state: string): void;
  /** How often systemd wants a sign of life, in milliseconds; undefined when it wants none. */
  readonly watchdogPeriod: number | undefined;
}

const silent: Readiness = { tell: () => undefined, watchdogPeriod: undefined };

export async function openReadiness(environment: NodeJS.ProcessEnv): Promise<Readiness> {
  const path = environment.NOTIFY_SOCKET;
  if (path === undefined || path === '') return silent;
  const { sendToUnixSocket } = await import('../linux/notify-socket.ts');
  return {
    // systemd that does not listen is no reason not to run.
    tell: (state) => void sendToUnixSocket(path, state),
    watchdogPeriod: watchdogPeriod(environment),
  };
}

/** Half of what systemd waits, as sd_watchdog_enabled(3) advises. */
export function watchdogPeriod(environment: NodeJS.ProcessEnv): number | undefined {
  const microseconds = Number(environment.WATCHDOG_USEC);
  const pid = environment.WATCHDOG_PID;
  if (!Number.isFinite(microseconds) || microseconds <= 0) return undefined;
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  return Math.max(1, Math.floor(microseconds / 2_000));
}
