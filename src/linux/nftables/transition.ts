/** The commands of one transaction that leads from what our tables hold to what they are to hold. */
import type { Family } from '../../base/address.ts';
import type { Command, FamilyCommand } from '../../wire/nftables/command.ts';
import type { Expectation } from '../../wire/nftables/inventory.ts';
import { familyOfService } from '../../wire/nftables/selection.ts';
import { changeCommands, phaseOf } from '../../wire/nftables/service-change.ts';
import { tableCommands } from '../../wire/nftables/table.ts';
import type { TableState } from './finding.ts';
import type { Services } from './model.ts';

/** A command, and the service that it is of; undefined is of none. */
export interface OwnedCommand extends FamilyCommand {
  readonly owner: string | undefined;
}

export interface Transition {
  readonly commands: readonly OwnedCommand[];
  /** Tables that it makes. */
  readonly built: ReadonlySet<Family>;
}

export interface Ground extends Expectation {
  readonly held: Services;
  readonly tables: ReadonlyMap<Family, TableState>;
}

/** Makes the named services what they are in `target`, in the order that costs the kernel least. */
export function transition(names: readonly string[], target: Services, ground: Ground): Transition {
  const { held, tables, identities } = ground;
  let anonymous = 0;
  const numbering = {
    identify: identities.of,
    anonymous: (): number => {
      anonymous += 1;
      return anonymous;
    },
  };
  const commands: OwnedCommand[] = [];
  const built = new Set<Family>();
  for (const name of names) {
    const [before, after] = [held.get(name), target.get(name)];
    const service = after ?? before;
    if (service === undefined) continue;
    const family = familyOfService(service.key);
    if (tables.get(family) !== 'ours' && !built.has(family)) {
      built.add(family);
      commands.push(...makingOf(family, ground));
    }
    for (const command of changeCommands(before, after, numbering)) {
      commands.push({ family, command, owner: name });
    }
  }
  commands.sort((one, other) => phaseOf(one.command) - phaseOf(other.command));
  return { commands, built };
}

function makingOf(family: Family, { tables, timeouts }: Ground): readonly OwnedCommand[] {
  // Whether it is there or not: it is there after the first, so that the second has something to remove.
  const remove: readonly Command[] =
    tables.get(family) === 'strange' ? [{ kind: 'add-table' }, { kind: 'remove-table' }] : [];
  return [...remove, ...tableCommands(family, timeouts)].map((command) => ({
    family,
    command,
    owner: undefined,
  }));
}
