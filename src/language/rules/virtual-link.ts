/** Interfaces that an instance would have for itself: virtual MAC, ipvlan, VRF. */
import { isWritten, standsBefore, statementOf } from '../../config/places.ts';
import { familyOfInstance } from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

export function checkVirtualLinks(context: RuleContext): void {
  const holders = new Map<string, VrrpInstance>();
  for (const node of context.model.vrrp_instance) {
    routingTable(context, node);
    const { use_vmac: mac, use_ipvlan: ipvlan } = node;
    if (mac !== undefined || ipvlan !== undefined) {
      unicast(context, node, mac === undefined ? 'use_ipvlan' : 'use_vmac');
      ownName(context, node, holders);
    }
    if (ipvlan !== undefined && ipvlan.address === undefined) addressless(context, node);
    if (!node.vmac_xmit_base || mac !== undefined) continue;
    context.report({
      code: 'vrrp.transmission-without-vmac',
      at: { node, key: 'vmac_xmit_base' },
      message: `${node.name} has no virtual MAC, so vmac_xmit_base is ignored`,
    });
  }
}

function routingTable({ report, places }: RuleContext, node: VrrpInstance): void {
  if (node.vrf === undefined || node.interface === undefined) return;
  if (standsBefore(places, node, 'vrf', 'interface')) return;
  report({
    code: 'vrrp.vrf-with-interface',
    at: { node, key: 'vrf' },
    message: `${node.name} runs on ${node.interface}, so vrf is ignored`,
    related: [{ node, key: 'interface', label: 'written here' }],
  });
}

type LinkKey = 'use_vmac' | 'use_ipvlan';

function unicast({ report, places }: RuleContext, node: VrrpInstance, key: LinkKey): void {
  const { name, interface: link } = node;
  const source = statementOf(places, node, 'mcast_src_ip')?.words[0]?.text;
  const isUnicast =
    node.unicast_peer.length > 0 ||
    source === 'unicast_src_ip' ||
    node.unicast_fault_no_peer ||
    isWritten(places, node, 'unicast_ttl') ||
    isWritten(places, node, 'old_unicast_checksum') ||
    isWritten(places, node, 'check_unicast_src');
  if (!isUnicast || node.vmac_xmit_base) return;
  report({
    code: 'vrrp.unicast-with-vmac',
    at: { node, key },
    message:
      link === undefined
        ? `${name} has unicast peers and no interface, so ${key} is ignored`
        : `${name} uses unicast, so it sends from ${link} as with vmac_xmit_base`,
  });
}

function ownName(
  { report }: RuleContext,
  node: VrrpInstance,
  holders: Map<string, VrrpInstance>,
): void {
  for (const key of ['use_vmac', 'use_ipvlan'] as const) {
    const name = node[key]?.name;
    if (name === undefined) continue;
    const holder = holders.get(name);
    if (holder === undefined) holders.set(name, node);
    else if (holder !== node) {
      report({
        code: 'vrrp.link-name-taken',
        at: { node, key },
        message: `${holder.name} has the interface ${name}; ${node.name} gets another name`,
        related: [{ node: holder, label: 'the first' }],
      });
    }
  }
}

function addressless({ report }: RuleContext, node: VrrpInstance): void {
  if (familyOfInstance(node) === 'ipv6') return;
  report({
    code: 'vrrp.ipvlan-without-address',
    at: { node, key: 'use_ipvlan' },
    message: `use_ipvlan of ${node.name} has no address to send from`,
  });
}
