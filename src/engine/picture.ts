/** Takes the snapshot of an engine. */
import type { Duration } from '../base/units.ts';
import { routerDeadline } from '../protocol/vrrp/state.ts';
import { allAddresses } from './addresses/desired.ts';
import type { Guard } from './addresses/guard.ts';
import type { EntryKeeper } from './entries/keeper.ts';
import type { Machine } from './machine.ts';
import type { GroupSnapshot, InstanceSnapshot } from './snapshot.ts';
import { addressKey, type World } from './world.ts';

export function instanceSnapshot(
  machine: Machine,
  world: World,
  { entries, guard }: { readonly entries: EntryKeeper; readonly guard: Guard },
): InstanceSnapshot {
  const { model, state } = machine;
  return {
    name: model.name,
    interface: model.interface,
    virtualRouterId: model.virtualRouterId,
    state: state.kind,
    since: machine.since,
    cause: machine.cause,
    priority: machine.priority,
    faults: machine.faults,
    master: masterOf(machine),
    masterInterval: masterInterval(machine),
    deadline: routerDeadline(state),
    source: machine.source,
    addresses: allAddresses(model).map((virtual) => {
      const name = virtual.interface ?? model.interface ?? '';
      const link = world.linkNamed(name);
      const present =
        link !== undefined && world.has(addressKey(link.index, virtual.address, virtual.prefix));
      return { address: virtual.address, prefix: virtual.prefix, interface: name, present };
    }),
    entries: entries.snapshots(machine),
    peers: [...machine.peers].map(([address, record]) => ({ address, ...record })),
    ...signaturesOf(machine),
    conflicts: guard.snapshots(machine),
    statistics: {
      ...machine.statistics,
      rejected: Object.fromEntries(machine.rejectedCounts),
    },
  };
}

function masterOf(machine: Machine): InstanceSnapshot['master'] {
  const { heard } = machine;
  if (heard === undefined || machine.state.kind === 'master') return undefined;
  return { address: heard.from, priority: heard.priority, heardAt: heard.at };
}

function masterInterval(machine: Machine): Duration {
  return machine.state.kind === 'backup'
    ? machine.state.masterInterval
    : machine.model.advertInterval;
}

/** The state of a sync group is that of its members together: master only when all of them are. */
export function groupState(members: readonly Machine[]): GroupSnapshot['state'] {
  if (members.some(({ state }) => state.kind === 'fault')) return 'fault';
  if (members.every(({ state }) => state.kind === 'master')) return 'master';
  if (members.every(({ state }) => state.kind === 'init')) return 'init';
  return 'backup';
}

function signaturesOf(machine: Machine): Pick<InstanceSnapshot, 'signatures' | 'ah'> {
  const { model, signatures, ah } = machine;
  if (model.authentication.kind === 'ah') {
    const heard = [...ah.heard].map(([address, sequence]) => ({ address, sequence }));
    return { ah: { given: ah.given, heard } };
  }
  if (model.signing === undefined) return {};
  return { signatures: [...signatures.heard].map(([address, one]) => ({ address, ...one })) };
}
