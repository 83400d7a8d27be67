/** Returns memory to the host: loading and starting leave half of a heap empty, and V8 keeps it until it needs it. */

/** Takes some 10 ms for each 10 MB, in which the process does nothing else. */
export function giveBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
