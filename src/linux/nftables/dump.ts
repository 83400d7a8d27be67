/** Everything of our table that tells whether it is as we left it. */
import type { Family } from '../../base/address.ts';
import type { TableDump } from '../../wire/nftables/inventory.ts';
import { SETS } from '../../wire/nftables/layout.ts';
import type { NftablesSocket } from './socket.ts';

/** The ruleset changed again and again while it was read, or answers were lost: it is there or not, nobody knows. */
const UNCLEAR: ReadonlySet<string> = new Set(['EINTR', 'ENOBUFS']);

export function dumpTable(
  socket: NftablesSocket,
  family: Family,
): TableDump | 'absent' | 'unreadable' {
  const [sets, chains, rules] = [socket.sets(family), socket.chains(family), socket.rules(family)];
  for (const each of [sets, chains, rules]) {
    if (!each.ok && UNCLEAR.has(each.error.code)) return 'unreadable';
  }
  if (!sets.ok || !chains.ok || !rules.ok) return 'absent';
  // A table that is not there has neither, and some kernels say no more than that.
  if (sets.value.length === 0 && chains.value.length === 0) return 'absent';
  const elements: TableDump['elements'][number][] = [];
  for (const { name, dynamic } of SETS) {
    if (dynamic !== undefined || !sets.value.includes(name)) continue;
    const dumped = socket.elements(family, name);
    if (!dumped.ok) return 'unreadable';
    elements.push({ set: name, elements: dumped.value });
  }
  return { chains: chains.value, rules: rules.value, sets: sets.value, elements };
}
