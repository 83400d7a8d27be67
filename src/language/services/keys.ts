/** The keys behind the header of a virtual server: its own, or everything that its group expands to. */
import type { Family } from '../../base/address.ts';
import { type ServiceKey, type ServiceProtocol, serviceName } from '../../base/service.ts';
import type { Model, VirtualServer } from '../model.ts';
import type { GroupEntry } from '../values/service.ts';
import { markFamily } from './family.ts';
import { addressesIn } from './range.ts';

/** By name of the group. */
export type Groups = ReadonlyMap<string, readonly GroupEntry[]>;

export function groupsOf({ virtual_server_group: groups }: Model): Groups {
  return new Map(groups.map(({ name, members }) => [name, members]));
}

export function protocolOf({ protocol }: VirtualServer): ServiceProtocol {
  return protocol === 'TCP' ? 'tcp' : protocol === 'SCTP' ? 'sctp' : 'udp';
}

/** Each once. */
export function keysOf(virtual: VirtualServer, groups: Groups): readonly ServiceKey[] {
  const { service } = virtual;
  const protocol = protocolOf(virtual);
  switch (service.kind) {
    case 'address':
      return [{ kind: 'address', protocol, address: service.address, port: service.port ?? 0 }];
    case 'fwmark':
      return [{ kind: 'mark', family: markFamily(virtual, undefined), mark: service.mark }];
    case 'group': {
      const members = groups.get(service.name) ?? [];
      return firstOfEach(expandGroup(members, protocol, markFamily(virtual, members)));
    }
  }
}

/** `markFamily` is that of marks which do not say. A range that is none has no keys. */
export function expandGroup(
  members: readonly GroupEntry[],
  protocol: ServiceProtocol,
  markFamily: Family,
): readonly ServiceKey[] {
  return members.flatMap((entry): readonly ServiceKey[] => {
    if (entry.kind === 'fwmark') {
      const named = entry.family === 'inet6' ? 'ipv6' : 'ipv4';
      const family = entry.family === undefined ? markFamily : named;
      return [{ kind: 'mark', family, mark: entry.mark }];
    }
    const port = entry.port ?? 0;
    return (addressesIn(entry.range) ?? []).map((address) => ({
      ...{ kind: 'address', protocol, address, port },
    }));
  });
}

function firstOfEach(keys: readonly ServiceKey[]): readonly ServiceKey[] {
  return [...new Map(keys.toReversed().map((key) => [serviceName(key), key])).values()].reverse();
}
