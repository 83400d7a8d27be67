/** Planes of the guest's kernel. */
import { closeSync, openSync } from 'node:fs';
import { setNamespace } from '../../src/linux/ffi.ts';
import { type IpvsPlane, openIpvs } from '../../src/linux/ipvs.ts';
import type { Namespace } from '../lab/namespace.ts';

/** Of the namespace of this process. */
export async function openPlane(): Promise<IpvsPlane> {
  const opened = await openIpvs();
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

export function openPlaneIn(space: Namespace): Promise<IpvsPlane> {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(space.path, 'r');
  setNamespace(there, 0);
  try {
    // Its socket is opened before anything is waited for, and stays where it was opened.
    return openPlane();
  } finally {
    setNamespace(home, 0);
    closeSync(home);
    closeSync(there);
  }
}
