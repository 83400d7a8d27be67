/** BFD sessions as the engine runs them. */
import { familyOf } from '../../base/address.ts';
import type { BfdInstance, Model } from '../../language/model.ts';
import type { BfdModel } from '../bfd/model.ts';

/** RFC 5881 5: what a neighbour on the same link must see. */
const UNTOUCHED = 255;
/** What keepalived sends over IPv6 unless told otherwise, and so the most that can be asked of one. */
const USUAL_IPV6 = 64;
/** `max_hops -1` and `255`: nobody looks. */
const ANY_HOPS = 255;

/** Those that have a neighbour, in configured order; of two with the same name or the same two ends the first. */
export function bfdModels(model: Model): readonly BfdModel[] {
  const holders = [...model.vrrp_instance, ...model.vrrp_sync_group];
  const tracked = new Set(holders.flatMap(({ track_bfd: lines }) => lines.map(({ name }) => name)));
  const models = new Map<string, BfdModel>();
  const taken = new Set<string>();
  for (const node of model.bfd_instance) {
    const session = bfdModel(node, tracked.has(node.name));
    if (session === undefined || models.has(node.name)) continue;
    const { source = '', neighbour, interface: link = '', multihop } = session;
    const ends = `${source} ${neighbour} ${link} ${multihop}`;
    if (taken.has(ends)) continue;
    taken.add(ends);
    models.set(node.name, session);
  }
  return [...models.values()];
}

/** Whether whatever tracks it is told of it. */
export function tellsFailover({ vrrp, checker }: BfdInstance): boolean {
  return vrrp || !checker;
}

function bfdModel(node: BfdInstance, tracked: boolean): BfdModel | undefined {
  const { neighbor_ip: neighbour, source_ip: source } = node;
  if (neighbour === undefined) return undefined;
  const family = familyOf(neighbour);
  if (source !== undefined && familyOf(source) !== family) return undefined;
  const looksAtHops = node.max_hops >= 0 && node.max_hops < ANY_HOPS;
  const expected = node.ttl ?? (family === 'ipv4' ? UNTOUCHED : USUAL_IPV6);
  return {
    name: node.name,
    neighbour,
    source,
    ...(node.interface === undefined ? {} : { interface: node.interface }),
    multihop: node.multihop,
    minTransmit: node.min_tx,
    minReceive: node.min_rx,
    idleTransmit: node.idle_tx,
    multiplier: node.multiplier,
    passive: node.passive,
    hopLimit: node.ttl ?? UNTOUCHED,
    hopLimitLeast: looksAtHops ? Math.max(0, expected - node.max_hops) : 0,
    forFailover: tellsFailover(node),
    forChecks: node.checker || !node.vrrp,
    tracked,
  };
}
