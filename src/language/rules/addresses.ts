/** The addresses of instances: there, once, and of one family. */
import { familyOf } from '../../base/address.ts';
import { familyOfInstance, isUsable } from '../effective.ts';
import type { VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';

type AddressList = 'virtual_ipaddress' | 'virtual_ipaddress_excluded';
const lists: readonly AddressList[] = ['virtual_ipaddress', 'virtual_ipaddress_excluded'];

interface Holder {
  readonly node: VrrpInstance;
  readonly key: AddressList;
  readonly index: number;
}

/** By interface, then by address. */
type Holders = Map<string, Map<string, Holder>>;

export function checkAddresses(context: RuleContext): void {
  const holders: Holders = new Map();
  for (const node of context.model.vrrp_instance) {
    if (!isUsable(node)) continue;
    if (node.virtual_ipaddress.length === 0 && !node.no_virtual_ipaddress) {
      context.report({
        code: 'vrrp.no-address',
        absent: 'virtual_ipaddress',
        at: { node },
        message: `${node.name} has no virtual_ipaddress`,
      });
    }
    families(context, node);
    prefixes(context, node);
    promotion(context, node);
    for (const key of lists) {
      if (node[key].some(({ peer }) => peer !== undefined)) farEnds(context, node, key);
      repeats(context, node, key, holders);
    }
  }
}

function families({ report }: RuleContext, node: VrrpInstance): void {
  const family = familyOfInstance(node);
  const index = node.virtual_ipaddress.findIndex(({ address }) => familyOf(address) !== family);
  if (index < 0) return;
  report({
    code: 'vrrp.mixed-families',
    at: { node, key: 'virtual_ipaddress', index },
    message: `${node.virtual_ipaddress[index]?.address} is not of the family of ${node.name}; it is held and not advertised`,
    related: [{ node, key: 'virtual_ipaddress', index: 0, label: 'this decides the family' }],
  });
}

/** Said once for an instance: who leaves out one usually leaves out all. */
function prefixes({ report }: RuleContext, node: VrrpInstance): void {
  const isBare = ({ prefix, peer }: VrrpInstance['virtual_ipaddress'][number]) =>
    prefix === undefined && peer === undefined;
  const index = node.virtual_ipaddress.findIndex(isBare);
  if (index < 0) return;
  const bare = node.virtual_ipaddress.filter(isBare);
  const first = node.virtual_ipaddress[index]?.address ?? '';
  const more = bare.length > 1 ? ` and ${bare.length - 1} more` : '';
  report({
    code: 'vrrp.address-without-prefix',
    at: { node, key: 'virtual_ipaddress', index },
    message: `${first}${more} of ${node.name} has no prefix length and is held as a host address`,
  });
}

/** The network of a point-to-point address is that of its far end, and nothing is broadcast to one. */
function farEnds({ report }: RuleContext, node: VrrpInstance, key: AddressList): void {
  for (const [index, { address, prefix, brd, peer }] of node[key].entries()) {
    if (peer === undefined || (prefix === undefined && brd === undefined)) continue;
    const ignored = [
      ...(prefix === undefined ? [] : [`its prefix length /${prefix}`]),
      ...(brd === undefined ? [] : [`brd ${brd}`]),
    ].join(' and ');
    report({
      code: 'vrrp.beside-peer',
      at: { node, key, index },
      message: `${address} of ${node.name} has a peer, so ${ignored} ${prefix !== undefined && brd !== undefined ? 'are' : 'is'} ignored`,
    });
  }
}

function promotion({ report }: RuleContext, node: VrrpInstance): void {
  if (!node.promote_secondaries || node.use_vmac === undefined) return;
  report({
    code: 'vrrp.promote-secondaries-with-vmac',
    at: { node, key: 'promote_secondaries' },
    message: `the virtual MAC interface of ${node.name} promotes secondary addresses anyway; promote_secondaries adds nothing`,
    related: [{ node, key: 'use_vmac', label: 'written here' }],
  });
}

function repeats(
  { report }: RuleContext,
  node: VrrpInstance,
  key: AddressList,
  holders: Holders,
): void {
  for (const [index, { address, dev }] of node[key].entries()) {
    const link = dev ?? node.interface ?? '';
    const onLink = holders.get(link) ?? new Map<string, Holder>();
    holders.set(link, onLink);
    const holder = onLink.get(address);
    if (holder === undefined) {
      onLink.set(address, { node, key, index });
      continue;
    }
    const own = holder.node === node;
    report({
      code: own ? 'vrrp.address-repeated' : 'vrrp.address-shared',
      at: { node, key, index },
      message: own
        ? `${address} is written twice in ${node.name}`
        : `${address} is held by ${holder.node.name} and by ${node.name}`,
      related: [{ ...holder, label: 'first written here' }],
    });
  }
}
