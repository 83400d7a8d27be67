/** Everything of our table that tells whether it is as we left it. */
import type { Family } from '../base/address.ts';
import type { TableDump } from '../wire/nftables/inventory.ts';
import { SETS } from '../wire/nftables/layout.ts';
import type { NftablesSocket } from './nftables-socket.ts';

/** Undefined without the table, or when it cannot be read. */
export function dumpTable(socket: NftablesSocket, family: Family): TableDump | undefined {
  const sets = socket.sets(family);
  const chains = socket.chains(family);
  const rules = socket.rules(family);
  if (!sets.ok || !chains.ok || !rules.ok) return undefined;
  // A table that is not there has neither, and some kernels say no more than that.
  if (sets.value.length === 0 && chains.value.length === 0) return undefined;
  const elements: TableDump['elements'][number][] = [];
  for (const { name, dynamic } of SETS) {
    if (dynamic !== undefined || !sets.value.includes(name)) continue;
    const dumped = socket.elements(family, name);
    if (!dumped.ok) return undefined;
    elements.push({ set: name, elements: dumped.value });
  }
  return { chains: chains.value, rules: rules.value, sets: sets.value, elements };
}
