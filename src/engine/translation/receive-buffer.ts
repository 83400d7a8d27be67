/** How much the sockets of an instance may hold unread: its own word, else `vrrp_rx_bufs_policy`. */
import type { Family } from '../../base/address.ts';
import type { GlobalDefs, VrrpInstance } from '../../language/model.ts';
import type { InstanceModel } from '../model.ts';

/** IP header, VRRP header, and the authentication of version 2. */
const BARE = { ipv4: 20 + 8 + 8, ipv6: 40 + 8 } as const;
const ADDRESS = { ipv4: 4, ipv6: 16 } as const;

export function receiveBuffer(
  global: GlobalDefs,
  { kernel_rx_buf_size: own, virtual_ipaddress: addresses }: VrrpInstance,
  family: Family,
): Pick<InstanceModel, 'receiveBuffer' | 'receiveFullSize'> {
  const { vrrp_rx_bufs_policy: policy, vrrp_rx_bufs_multiplier: times } = global;
  if (own !== undefined || policy === undefined) return { receiveBuffer: own };
  if (typeof policy === 'number') return { receiveBuffer: policy };
  if (policy === 'MTU') return { receiveBuffer: undefined, receiveFullSize: times };
  return { receiveBuffer: times * (BARE[family] + ADDRESS[family] * addresses.length) };
}
