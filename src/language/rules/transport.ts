/** Whom an instance talks to, and from where. */
import { familyOf } from '../../base/address.ts';
import { isWritten, statementOf } from '../../config/places.ts';
import { familyOfInstance } from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

export function checkTransport(context: RuleContext): void {
  for (const node of context.model.vrrp_instance) {
    if (node.unicast_peer.length === 0) noPeers(context, node);
    else peers(context, node);
    source(context, node);
    destination(context, node);
  }
}

function destination({ report }: RuleContext, node: VrrpInstance): void {
  const { name, mcast_dst_ip: address } = node;
  if (address === undefined) return;
  const at = { node, key: 'mcast_dst_ip' };
  if (node.unicast_peer.length > 0) {
    report({
      code: 'vrrp.destination-with-peers',
      at,
      message: `${name} sends to its unicast peers, so mcast_dst_ip is ignored`,
    });
  } else if (familyOf(address) !== familyOfInstance(node)) {
    report({
      code: 'vrrp.destination-of-other-family',
      at,
      message: `${name} cannot send to ${address}, which is of the other family; it is ignored`,
      related: [{ node, key: 'virtual_ipaddress', index: 0, label: 'this decides the family' }],
    });
  }
}

const unicastKeys = ['unicast_ttl', 'check_unicast_src', 'old_unicast_checksum'] as const;

function noPeers({ report, places }: RuleContext, node: VrrpInstance): void {
  const { unicast_fault_no_peer: isFault, mcast_src_ip: source } = node;
  const isSaid =
    source !== undefined ||
    node.check_unicast_src ||
    node.unicast_ttl !== 255 ||
    node.old_unicast_checksum !== undefined;
  if (!isSaid) return;
  const sourceWord = statementOf(places, node, 'mcast_src_ip')?.words[0]?.text;
  const written = unicastKeys.find((key) => isWritten(places, node, key));
  const key = sourceWord === 'unicast_src_ip' ? 'mcast_src_ip' : written;
  if (key === undefined || (isFault && key !== 'unicast_ttl')) return;
  report({
    code: 'vrrp.unicast-without-peers',
    at: { node, key },
    message: `${node.name} has no unicast_peer and uses multicast`,
  });
}

function peers({ report }: RuleContext, node: VrrpInstance): void {
  const family = familyOfInstance(node);
  const seen = new Map<string, number>();
  for (const [index, { address }] of node.unicast_peer.entries()) {
    const at = { node, key: 'unicast_peer', index };
    const first = seen.get(address);
    if (familyOf(address) !== family) {
      report({
        code: 'vrrp.peer-of-other-family',
        at,
        message: `${node.name} cannot talk to ${address}: it advertises ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`,
      });
    } else if (first !== undefined) {
      report({
        code: 'vrrp.peer-repeated',
        at,
        message: `${address} is written twice among the peers of ${node.name}`,
        related: [{ node, key: 'unicast_peer', index: first, label: 'first written here' }],
      });
    } else if (address === node.mcast_src_ip) {
      report({
        code: 'vrrp.peer-is-self',
        at,
        message: `${address} is the source address of ${node.name} itself`,
        related: [{ node, key: 'mcast_src_ip', label: 'written here' }],
      });
    }
    seen.set(address, first ?? index);
  }
}

function source({ report }: RuleContext, node: VrrpInstance): void {
  const { mcast_src_ip: address } = node;
  if (address === undefined || familyOf(address) === familyOfInstance(node)) return;
  report({
    code: 'vrrp.source-of-other-family',
    at: { node, key: 'mcast_src_ip' },
    message: `${node.name} cannot send from ${address}, which is of the other family; it is ignored`,
  });
}
