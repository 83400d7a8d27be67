/** The chains of one service: which server a new connection gets, and what is done with it. */
import { addressLength, type Family, familyOf } from '../../base/address.ts';
import { type Server, type Service, type ServiceKey, serverName } from '../../base/service.ts';
import { hostUint32 } from './attribute.ts';
import { type Delivery, FROM_OUTSIDE } from './base-chains.ts';
import type { Command, Datatype } from './command.ts';
import type { Element } from './element.ts';
import type { Expression } from './expression.ts';
import type { IdentityOf } from './identity.ts';
import {
  addressWords,
  count,
  destinationAddress,
  ports,
  SERVER,
  SETTLE,
  sourceAddress,
} from './layout.ts';
import { type Draw, type Scheduling, schedule } from './slots.ts';

/** What a rule needs to stand in the kernel. */
interface BuiltRule {
  /** The constant map that it draws from. */
  readonly map:
    | { readonly data: readonly Datatype[] | 'verdict'; readonly elements: readonly Element[] }
    | undefined;
  readonly expressions: readonly Expression[];
}

/** A rule that is built when it is needed; `map` is the number that its map is given in the transaction. */
export type SelectionRule = (map: number) => BuiltRule;

export interface SelectionChain {
  readonly name: string;
  readonly rules: readonly SelectionRule[];
}

export function familyOfService(key: ServiceKey): Family {
  return key.kind === 'mark' ? key.family : familyOf(key.address);
}

/** A name that nft takes: `tcp-192.0.2.1-80`, `udp-2001_db8__1-53`, `mark-5`. */
export function chainName(key: ServiceKey): string {
  if (key.kind === 'mark') return `mark-${key.mark}`;
  return `${key.protocol}-${key.address.replaceAll(':', '_')}-${key.port}`;
}

/** Servers that are reached in one way. */
type Way = 'translate' | 'keep-port' | 'direct';

interface Group {
  readonly way: Way;
  readonly chain: string;
  readonly servers: readonly Server[];
}

/** The same on every director, so that all of them choose alike. */
const SEED = 0x686f6c64;
const PORTS_FLAG = 2;

/** The first is the service's own; servers in whatever order give the same. */
export function selectionChains(service: Service, identify: IdentityOf): readonly SelectionChain[] {
  const own = chainName(service.key);
  const groups = groupsOf(service);
  const [only] = groups;
  const refuse = plain([{ kind: 'unreachable', family: familyOfService(service.key) }]);
  if (groups.length < 2) {
    if (only === undefined) return [{ name: own, rules: [refuse] }];
    const rules = [...returning(service, only), ...choosing(service, only, identify), refuse];
    return [{ name: own, rules }];
  }
  const rules = groups.flatMap((group) => returning(service, group));
  return [
    ...groups.map((group) => ({
      name: group.chain,
      rules: [...choosing(service, group, identify), refuse],
    })),
    { name: own, rules: [...rules, ...branching(service, groups), refuse] },
  ];
}

function plain(expressions: readonly Expression[]): SelectionRule {
  return () => ({ map: undefined, expressions });
}

function groupsOf(service: Service): readonly Group[] {
  const ways = new Map<Way, Server[]>();
  const sorted = [...service.servers].sort((one, other) =>
    serverName(one) < serverName(other) ? -1 : 1,
  );
  for (const server of sorted) {
    const way = wayTo(service.key, server);
    ways.set(way, [...(ways.get(way) ?? []), server]);
  }
  const own = chainName(service.key);
  return [...ways].map(([way, servers]) => ({ way, servers, chain: `${own}.${way}` }));
}

function wayTo(key: ServiceKey, server: Server): Way {
  if (server.forwarding.kind === 'direct') return 'direct';
  return portOf(key, server) === 0 ? 'keep-port' : 'translate';
}

/** 0 leaves a packet the port that it has. */
export function portOf(key: ServiceKey, { port }: Server): number {
  return port === 0 && key.kind === 'address' ? key.port : port;
}

/** Clients that have been here lately go where they were, also to a server that gets nobody new. */
function returning(service: Service, group: Group): readonly SelectionRule[] {
  const sticky = stickiness(service, group);
  if (sticky === undefined) return [];
  const { load, update } = sticky;
  return [
    plain([
      ...guard(group),
      ...load,
      { kind: 'lookup', set: sticky.set, from: 0, to: SERVER },
      ...SETTLE,
      count('connections'),
      { ...update, how: 'update' },
      ...deliver(service, group),
    ]),
  ];
}

function stickiness(service: Service, group: Group) {
  const { persistence, key } = service;
  if (persistence === undefined) return undefined;
  const family = familyOfService(key);
  const load: Expression[] = [sourceAddress(family, 0)];
  if (persistence.prefix < addressLength(family) * 8) {
    load.push({ kind: 'mask', from: 0, to: 0, mask: prefixMask(family, persistence.prefix) });
  }
  const set = stickySet(group);
  const timeout = persistence.seconds * 1000;
  const update = { kind: 'remember', set, key: 0, data: SERVER, timeout } as const;
  return { set, load, update };
}

function stickySet(group: Group): string {
  return `${group.chain}.sticky`;
}

/** Where a persistent service keeps its clients' servers; it stays when the service changes. */
export function stickySets(service: Service): readonly string[] {
  return service.persistence === undefined ? [] : groupsOf(service).map(stickySet);
}

function prefixMask(family: Family, prefix: number): Uint8Array {
  return Uint8Array.from({ length: addressLength(family) }, (_, index) => {
    const bits = Math.max(0, Math.min(8, prefix - index * 8));
    return 0xff & ~(0xff >>> bits);
  });
}

/** The draw among the servers that get new connections. */
function choosing(service: Service, group: Group, identify: IdentityOf): readonly SelectionRule[] {
  const candidates = group.servers.filter(({ weight }) => weight > 0);
  if (candidates.length === 0) return [];
  const rule: SelectionRule = (map) => {
    const { draw, slots } = drawOf(service, candidates);
    const numbers = candidates.map((server) => hostUint32(identify(service.key, server)));
    const elements = slots.map((index, slot) => ({
      key: hostUint32(slot),
      data: numbers[index] ?? hostUint32(0),
    }));
    const expressions: readonly Expression[] = [
      ...guard(group),
      ...drawing(service, { draw, modulus: slots.length, to: SERVER }),
      { kind: 'lookup', set: { anonymous: map }, from: SERVER, to: SERVER },
      ...SETTLE,
      count('connections'),
      ...remembering(service, group),
      ...deliver(service, group),
    ];
    return { map: { data: ['mark'], elements }, expressions };
  };
  return [rule];
}

function drawOf(service: Service, servers: readonly Server[]): Scheduling {
  const candidates = servers.map((server) => ({ name: serverName(server), weight: server.weight }));
  return schedule(service.scheduler, candidates);
}

/** An element that is there keeps its data: it goes first, as it is of a server that is gone. */
function remembering(service: Service, group: Group): readonly Expression[] {
  const sticky = stickiness(service, group);
  if (sticky === undefined) return [];
  const { load, update } = sticky;
  return [...load, { ...update, how: 'delete' }, { ...update, how: 'add' }];
}

/** In a service with servers of several ways the way is drawn first. */
function branching(service: Service, groups: readonly Group[]): readonly SelectionRule[] {
  const candidates = groups.flatMap(({ servers }) => servers).filter(({ weight }) => weight > 0);
  if (candidates.length === 0) return [];
  const rule: SelectionRule = (map) => {
    const { draw, slots } = drawOf(service, candidates);
    const chains = candidates.map(
      (server) => groups.find(({ servers }) => servers.includes(server))?.chain ?? '',
    );
    const elements = slots.map((index, slot) => ({
      key: hostUint32(slot),
      data: { goto: chains[index] ?? '' },
    }));
    const expressions: readonly Expression[] = [
      ...drawing(service, { draw, modulus: slots.length, to: SERVER }, SEED + 1),
      { kind: 'lookup', set: { anonymous: map }, from: SERVER, to: 'verdict' },
    ];
    return { map: { data: 'verdict', elements }, expressions };
  };
  return [rule];
}

function drawing(
  service: Service,
  { draw, modulus, to }: { readonly draw: Draw; readonly modulus: number; readonly to: number },
  seed = SEED,
): readonly Expression[] {
  if (draw.kind !== 'hash') return [{ kind: 'number', how: draw.kind, modulus, to }];
  const family = familyOfService(service.key);
  const load = draw.of === 'source' ? sourceAddress(family, to) : destinationAddress(family, to);
  const hash = { kind: 'hash', from: to, modulus, seed, to } as const;
  const length = addressLength(family);
  if (!service.flags.includes(PORTS_FLAG)) return [load, { ...hash, length }];
  // Both ports; the destination's is the same for all connections to the service.
  return [load, ports(to + addressWords(family)), { ...hash, length: length + 4 }];
}

function guard(group: Group): readonly Expression[] {
  return group.way === 'direct' ? FROM_OUTSIDE : [];
}

function deliver(service: Service, group: Group): readonly Expression[] {
  const once = service.onePacket ? 'send-once' : 'send';
  const chain: Delivery = group.way === 'direct' ? once : group.way;
  return [...LABEL, { kind: 'verdict', verdict: { goto: chain } }];
}

/** The server's number, in a label of 16 bytes that stays with the connection. */
const LABEL: readonly Expression[] = [
  { kind: 'immediate', to: SERVER + 1, value: new Uint8Array(12) },
  { kind: 'label', from: SERVER },
];

/** The commands that fill the chains, whose names must exist and be empty. */
export function ruleCommands(
  chains: readonly SelectionChain[],
  comment: (chain: string, index: number) => Uint8Array,
  number: () => number,
): readonly Command[] {
  const commands: Command[] = [];
  for (const { name, rules } of chains) {
    for (const [index, rule] of rules.entries()) {
      const anonymous = number();
      const { map, expressions } = rule(anonymous);
      if (map !== undefined) commands.push({ kind: 'add-anonymous', number: anonymous, ...map });
      commands.push({ kind: 'add-rule', chain: name, expressions, userdata: comment(name, index) });
    }
  }
  return commands;
}
