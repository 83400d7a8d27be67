/** The data plane that this host has: as configured, else IPVS where the kernel has it, else nftables. */
import type { DataPlane } from '../../plane.ts';
import type { PlaneAttempt } from './channel.ts';

export type OpenedPlane =
  | { readonly kind: 'opened'; readonly plane: DataPlane }
  | { readonly kind: 'none'; readonly attempts: readonly PlaneAttempt[] };

/** `onChange` may be called whenever somebody else may have changed what nftables holds. */
export async function openPlane(
  wanted: 'ipvs' | 'nftables' | undefined,
  onChange: () => void,
): Promise<OpenedPlane> {
  const attempts: PlaneAttempt[] = [];
  if (wanted !== 'nftables') {
    const { openIpvs } = await import('../../linux/ipvs.ts');
    const opened = await openIpvs();
    if (opened.ok) return { kind: 'opened', plane: opened.value };
    attempts.push({ plane: 'ipvs', error: opened.error });
  }
  if (wanted !== 'ipvs') {
    const { openNftables } = await import('../../linux/nftables.ts');
    const opened = openNftables({ onChange });
    if (opened.ok) return { kind: 'opened', plane: opened.value };
    attempts.push({ plane: 'nftables', error: opened.error });
  }
  return { kind: 'none', attempts };
}
