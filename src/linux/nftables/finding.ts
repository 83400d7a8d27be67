/** What is found of our table of one family, and whether that is what is believed to be there. */
import type { Family } from '../../base/address.ts';
import { type Service, serviceName } from '../../base/service.ts';
import type { Command } from '../../wire/nftables/command.ts';
import { type Expectation, takeInventory } from '../../wire/nftables/inventory.ts';
import { fingerprint } from '../../wire/nftables/service-change.ts';
import { dumpTable } from './dump.ts';
import type { NftablesSocket } from './socket.ts';

/** `strange` has our name and is not built as ours is. */
export type TableState = 'ours' | 'strange' | 'absent';

export interface Finding {
  readonly state: TableState;
  /** Those that stand there whole. */
  readonly services: readonly Service[];
  /** Makes it hold those and nothing else. */
  readonly repair: readonly Command[];
}

/** Undefined when it cannot be read as it is at one moment. */
export function findTable(
  socket: NftablesSocket,
  family: Family,
  expectation: Expectation,
): Finding | undefined {
  const dump = dumpTable(socket, family);
  if (dump === 'unreadable') return undefined;
  if (dump === 'absent') return { state: 'absent', services: [], repair: [] };
  const inventory = takeInventory(family, dump, expectation);
  if (inventory === undefined) return { state: 'strange', services: [], repair: [] };
  return { state: 'ours', ...inventory };
}

/** `held` are the services of the family. */
export function isAsBelieved(
  { state, services, repair }: Finding,
  believed: TableState | undefined,
  held: readonly Service[],
  { identities }: Expectation,
): boolean {
  if (state !== believed || repair.length > 0 || services.length !== held.length) return false;
  const found = new Map(services.map((one) => [serviceName(one.key), one]));
  return held.every((service) => {
    const one = found.get(serviceName(service.key));
    if (one === undefined) return false;
    return fingerprint(one, identities.of) === fingerprint(service, identities.of);
  });
}
