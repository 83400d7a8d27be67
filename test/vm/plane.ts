/** The plane of the guest's kernel. */
import { type IpvsPlane, openIpvs } from '../../src/linux/ipvs.ts';

export async function openPlane(): Promise<IpvsPlane> {
  const opened = await openIpvs();
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}
