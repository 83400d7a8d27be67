/** Planes of the guest's kernel. */
import { closeSync, openSync } from 'node:fs';
import { setNamespace } from '../../src/linux/ffi.ts';
import { type IpvsPlane, openIpvs } from '../../src/linux/ipvs/ipvs.ts';
import type { Namespace } from '../lab/namespace.ts';

/** Of the namespace of this process. */
export async function openPlane(): Promise<IpvsPlane> {
  const opened = await openIpvs();
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

export function openPlaneIn(space: Namespace): Promise<IpvsPlane> {
  // Its socket is opened before anything is waited for, and stays where it was opened.
  return within(space, openPlane);
}

/** Runs with the main thread inside the namespace. */
export function within<Value>(space: Namespace, action: () => Value): Value {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(space.path, 'r');
  setNamespace(there, 0);
  try {
    return action();
  } finally {
    setNamespace(home, 0);
    closeSync(home);
    closeSync(there);
  }
}
