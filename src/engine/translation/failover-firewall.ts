/** The addresses that are held and not accepted (`no_accept`, strict mode), and the table in which they are dropped. */
import { isLinkLocal } from '../../base/address.ts';
import type { GlobalDefs } from '../../language/model.ts';
import type { Firewall } from '../../ports.ts';
import type { InstanceModel } from '../model.ts';

const TABLE = 'keepalived';

/** Undefined when every instance accepts. */
export function firewallOf(
  global: GlobalDefs,
  instances: readonly InstanceModel[],
): Firewall | undefined {
  const refused = instances
    .filter(({ accept }) => !accept)
    .flatMap(({ addresses, excludedAddresses, interface: own }) =>
      [...addresses, ...excludedAddresses].map(({ address, interface: name }) => ({
        address,
        interface: name ?? own,
      })),
    );
  if (refused.length === 0) return undefined;
  const isScoped = (address: (typeof refused)[number]['address']): boolean =>
    address.includes(':') && isLinkLocal(address);
  return {
    name: global.nftables || TABLE,
    priority: global.nftables_priority,
    counters: global.nftables_counters,
    addresses: [...new Set(refused.map(({ address }) => address))].filter(
      (address) => !isScoped(address),
    ),
    scoped: refused.flatMap(({ address, interface: name }) =>
      isScoped(address) && name !== undefined ? [{ address, interface: name }] : [],
    ),
  };
}
