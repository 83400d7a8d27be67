/** Who advertisements go to: one or more peers where there are any, else a multicast group. */
import type { Address, Family } from '../../base/address.ts';
import { familyOf, parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import type { GlobalDefs, VrrpInstance } from '../../language/model.ts';
import type { Transport, UnicastPeer } from '../model.ts';

function fixed(text: string): Address {
  const address = parseAddress(text);
  invariant(address !== undefined, `${text} is an address`);
  return address;
}

/** RFC 9568 5.1.1.2 and 5.1.2.2. */
const groups = { ipv4: fixed('224.0.0.18'), ipv6: fixed('ff02::12') } as const;

/** Peers, groups and sources of the other family cannot be used and are left out. */
export function transportModel(
  global: GlobalDefs,
  instance: VrrpInstance,
  family: Family,
): Transport {
  const source = ofFamily(instance.mcast_src_ip, family);
  const peers = unicastPeers(instance, family);
  if (peers.length > 0) {
    return {
      kind: 'unicast',
      source,
      hopLimit: instance.unicast_ttl,
      checkSource: instance.check_unicast_src || global.vrrp_check_unicast_src,
      peers,
    };
  }
  const general = family === 'ipv4' ? global.vrrp_mcast_group4 : global.vrrp_mcast_group6;
  const group = ofFamily(instance.mcast_dst_ip, family) ?? general ?? groups[family];
  return { kind: 'multicast', group, source };
}

function ofFamily(address: Address | undefined, family: Family): Address | undefined {
  return address !== undefined && familyOf(address) === family ? address : undefined;
}

function unicastPeers(instance: VrrpInstance, family: Family): UnicastPeer[] {
  const seen = new Set<Address>();
  return instance.unicast_peer.flatMap(({ address, min_ttl, max_ttl }) => {
    if (familyOf(address) !== family || seen.has(address)) return [];
    seen.add(address);
    return [{ address, hopLimitMin: min_ttl, hopLimitMax: max_ttl }];
  });
}
