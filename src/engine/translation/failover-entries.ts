/** Routes, rules and static addresses as the engine holds them, every name a number. */
import type { GlobalDefs, Model, VrrpInstance } from '../../language/model.ts';
import type { RouteLine } from '../../language/values/route-line.ts';
import type { RuleLine } from '../../language/values/rule-line.ts';
import type { Entry, VirtualAddress } from '../model.ts';
import { routeOf } from './failover-route.ts';
import { createRuleReader } from './failover-rule.ts';
import type { RoutingNames } from './routing-names.ts';
import { virtualAddress } from './virtual-addresses.ts';

export interface Entries {
  readonly statics: readonly Entry[];
  readonly of: ReadonlyMap<VrrpInstance, readonly Entry[]>;
  /** Lines that cannot be had, and why. */
  readonly problems: readonly string[];
}

export function entriesIn(model: Model, names: RoutingNames): Entries {
  const problems: string[] = [];
  const readRule = createRuleReader(names);
  const members = membersIn(model);
  const read = (routes: readonly RouteLine[], rules: readonly RuleLine[]): Entry[] => [
    ...routes.flatMap((line) => {
      const entry = routeOf(line, names);
      if (typeof entry !== 'string') return [{ ...entry, ...tracking(line, members) }];
      problems.push(`a route is left out: ${entry}`);
      return [];
    }),
    ...rules.flatMap((line) => {
      const rule = readRule(line);
      if (typeof rule !== 'string') {
        return [{ kind: 'rule' as const, rule, ...tracking(line, members) }];
      }
      problems.push(`a rule is left out: ${rule}`);
      return [];
    }),
  ];
  const statics = [
    ...staticAddresses(model, members),
    ...read(model.static_routes, model.static_rules),
  ];
  const of = new Map(
    model.vrrp_instance.map((instance) => [
      instance,
      read(instance.virtual_routes, instance.virtual_rules),
    ]),
  );
  return { statics, of, problems };
}

type Members = ReadonlyMap<string, readonly string[]>;

function membersIn(model: Model): Members {
  return new Map(model.track_group.map(({ name, group }) => [name, group]));
}

function tracking(
  line: { readonly no_track: boolean; readonly track_group: string | undefined },
  members: Members,
): Pick<Entry, 'track' | 'trackedBy'> {
  const { no_track: untracked, track_group: group } = line;
  return {
    track: !untracked,
    trackedBy: group === undefined ? [] : (members.get(group) ?? []),
  };
}

/** An address that an instance holds too is the instance's. */
function staticAddresses(model: Model, members: Members): readonly Entry[] {
  const { default_interface: fallback } = model.global_defs;
  const virtual = new Set(
    model.vrrp_instance.flatMap((instance) =>
      [...instance.virtual_ipaddress, ...instance.virtual_ipaddress_excluded].map((line) =>
        keyOf(virtualAddress(undefined, line), instance.interface),
      ),
    ),
  );
  return model.static_ipaddress.flatMap((line): Entry[] => {
    const address = virtualAddress(undefined, line);
    const placed = { ...address, interface: address.interface ?? fallback };
    if (virtual.has(keyOf(placed, undefined))) return [];
    return [{ kind: 'address', address: placed, ...tracking(line, members) }];
  });
}

function keyOf(address: VirtualAddress, fallback: GlobalDefs['default_interface'] | undefined) {
  return `${address.address}/${address.prefix} ${address.interface ?? fallback}`;
}
