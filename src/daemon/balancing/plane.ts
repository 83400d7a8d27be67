/** The data plane that this host has: as configured, else IPVS where the kernel has it, else nftables. */
import { success } from '../../base/outcome.ts';
import { inNamespace } from '../../linux/process.ts';
import type { NetlinkBuffers } from '../../linux/socket.ts';
import type { DataPlane } from '../../plane.ts';
import type { PlaneAttempt } from './channel.ts';

export type OpenedPlane =
  | { readonly kind: 'opened'; readonly plane: DataPlane }
  | { readonly kind: 'none'; readonly attempts: readonly PlaneAttempt[] };

/** Where a plane is looked for. */
export interface PlanePlace {
  /** The file of a network namespace that is not the one of this process: `net_namespace_ipvs`. */
  readonly namespace?: string | undefined;
  readonly buffers?: NetlinkBuffers | undefined;
}

/** `onChange` may be called whenever somebody else may have changed what nftables holds. */
export async function openPlane(
  wanted: 'ipvs' | 'nftables' | undefined,
  onChange: () => void,
  { namespace, buffers }: PlanePlace = {},
): Promise<OpenedPlane> {
  const attempts: PlaneAttempt[] = [];
  if (wanted !== 'nftables') {
    const { openIpvs } = await import('../../linux/ipvs/ipvs.ts');
    const opened = await openIpvs({ namespace, buffers });
    if (opened.ok) return { kind: 'opened', plane: opened.value };
    attempts.push({ plane: 'ipvs', error: opened.error });
  }
  if (wanted !== 'ipvs') {
    const { openNftables } = await import('../../linux/nftables/nftables.ts');
    const open = () => openNftables({ onChange, buffers });
    // Sockets belong to the namespace that they were opened in, for good.
    const entered = namespace === undefined ? success(open()) : inNamespace(namespace, open);
    const opened = entered.ok ? entered.value : entered;
    if (opened.ok) return { kind: 'opened', plane: opened.value };
    attempts.push({ plane: 'nftables', error: opened.error });
  }
  return { kind: 'none', attempts };
}
