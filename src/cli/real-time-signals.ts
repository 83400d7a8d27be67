/**
 * Makes the real-time signals of keepalived's doors known to `process.on` by name. Node knows 31 signals by name, though
 * it can listen to any by its number; the list of names may be added to until `node:os` has been loaded, which closes
 * it. So this runs before everything else. Without it these signals would end the daemon, which is the kernel's default.
 */

/** The numbers that glibc leaves: SIGRTMIN is 34, SIGRTMAX 64. */
const numbers = { 'SIGRTMIN+2': 36, 'SIGRTMAX-1': 63 } as const;

interface Binding {
  readonly os?: { readonly signals?: Record<string, number> };
}

/** Whether it could be done. `process.binding` is deprecated, and may not be there one day. */
export function nameRealTimeSignals(): boolean {
  const { binding } = process as { readonly binding?: (name: string) => Binding };
  try {
    const signals = binding?.('constants').os?.signals;
    if (signals === undefined || Object.isFrozen(signals)) return false;
    Object.assign(signals, numbers);
    return true;
  } catch {
    return false;
  }
}
