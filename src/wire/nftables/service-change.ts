/** What a service is in the kernel, element by element, and the commands that lead from one to another. */
import { addressBytes } from '../../base/address.ts';
import { type Service, type ServiceKey, serverName, serviceName } from '../../base/service.ts';
import { commentBytes, hostUint32 } from './attribute.ts';
import type { Command } from './command.ts';
import { digest, hexOf } from './digest.ts';
import type { Element } from './element.ts';
import type { IdentityOf } from './identity.ts';
import { joined, portWord, protocolWord, stickyShape } from './layout.ts';
import { serverRecord, serviceRecord } from './record.ts';
import {
  chainName,
  familyOfService,
  portOf,
  ruleCommands,
  selectionChains,
  stickySets,
} from './selection.ts';

/** Raised whenever the same service becomes other rules, so that what an older release left is written anew. */
const LAYOUT = 1;

export interface ServiceElement extends Element {
  readonly set: string;
  readonly comment: string;
  readonly goto: string | undefined;
}

/** A key as a text that maps take. */
export function keyText(key: Uint8Array): string {
  return String.fromCharCode(...key);
}

export function serviceElements(service: Service, identify: IdentityOf): readonly ServiceElement[] {
  const { key, servers } = service;
  const elements: ServiceElement[] = [];
  const comment = serviceRecord(key, service);
  const chain = chainName(key);
  for (const [set, bytes] of entrances(key)) {
    elements.push(withComment({ set, key: bytes, data: { goto: chain }, goto: chain }, comment));
  }
  for (const server of servers) {
    const known = hostUint32(identify(key, server));
    const data = joined([addressBytes(server.address), portWord(portOf(key, server))]);
    elements.push(
      withComment({ set: 'servers', key: known, data, goto: undefined }, serverRecord(key, server)),
    );
    const { forwarding } = server;
    const sets =
      forwarding.kind === 'nat' && forwarding.masquerade === true
        ? [...COUNTERS, 'masqueraded']
        : COUNTERS;
    for (const set of sets) elements.push({ set, key: known, comment: '', goto: undefined });
  }
  return elements;
}

export const COUNTERS = ['connections', 'inward', 'outward'] as const;

function withComment(
  element: {
    readonly set: string;
    readonly key: Uint8Array;
    readonly data: Element['data'] & {};
    readonly goto: string | undefined;
  },
  comment: string,
): ServiceElement {
  return { ...element, comment, userdata: commentBytes(comment) };
}

/** Where packets to the service are found. */
function entrances(key: ServiceKey): readonly (readonly [set: string, key: Uint8Array])[] {
  if (key.kind === 'mark') {
    return (['tcp', 'udp', 'sctp'] as const).map((protocol) => [
      'marks',
      joined([hostUint32(key.mark), protocolWord(protocol)]),
    ]);
  }
  const place = [addressBytes(key.address), protocolWord(key.protocol)];
  if (key.port === 0) return [['wildcards', joined(place)]];
  return [['services', joined([...place, portWord(key.port)])]];
}

/** A sum over everything that the rules of a service depend on. */
export function fingerprint(service: Service, identify: IdentityOf): string {
  const servers = service.servers
    .map((server) => `${serverRecord(service.key, server)} ${identify(service.key, server)}`)
    .sort();
  return hexOf(digest([LAYOUT, serviceRecord(service.key, service), ...servers].join('\n')));
}

/** The comment of the n-th of a chain's rules: one that is missing, moved or strange shows. */
export function ruleComment(print: string, index: number, count: number): string {
  return `${print} ${index + 1}/${count}`;
}

/** For each chain the comments of its rules, as a dump must show them. */
export function expectedRules(
  service: Service,
  identify: IdentityOf,
): ReadonlyMap<string, readonly string[]> {
  const print = fingerprint(service, identify);
  return new Map(
    selectionChains(service, identify).map(({ name, rules }) => [
      name,
      rules.map((_, index) => ruleComment(print, index, rules.length)),
    ]),
  );
}

/** Numbers for anonymous maps, none twice in a transaction, and for servers. */
export interface Numbering {
  readonly anonymous: () => number;
  readonly identify: IdentityOf;
}

/** Nothing when nothing changes. Elements that stay keep their counters. */
export function changeCommands(
  before: Service | undefined,
  after: Service | undefined,
  { anonymous, identify }: Numbering,
): readonly Command[] {
  const prints = [before, after].map((one) => one && fingerprint(one, identify));
  if (prints[0] === prints[1]) return [];
  const old = before === undefined ? [] : serviceElements(before, identify);
  const wanted = after === undefined ? [] : serviceElements(after, identify);
  const oldChains = before === undefined ? [] : chainNames(before, identify);
  const chains = after === undefined ? [] : selectionChains(after, identify);
  const names = new Set(chains.map(({ name }) => name));
  const counts = new Map(chains.map((chain) => [chain.name, chain.rules.length]));
  const comment = (chain: string, index: number): Uint8Array =>
    commentBytes(ruleComment(prints[1] ?? '', index, counts.get(chain) ?? 0));
  const [oldSets, sets] = [before, after].map((one) => (one === undefined ? [] : stickySets(one)));
  return [
    ...elementCommands('remove-elements', without(old, wanted)),
    ...absent(sets, oldSets).map(
      (name): Command => ({ kind: 'add-set', shape: stickyShape(name) }),
    ),
    ...absent([...names], oldChains).map(
      (name): Command => ({ kind: 'add-chain', name, hook: undefined }),
    ),
    ...oldChains.map((name): Command => ({ kind: 'flush-chain', name })),
    ...ruleCommands(chains, comment, anonymous),
    ...absent(oldChains, [...names]).map((name): Command => ({ kind: 'remove-chain', name })),
    ...absent(oldSets, sets).map((name): Command => ({ kind: 'remove-set', name })),
    ...elementCommands('add-elements', without(wanted, old)),
  ];
}

function absent(names: readonly string[] = [], others: readonly string[] = []): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

/**
 * Those of a whole transaction in the order that costs the kernel least: it looks for the map of a rule among
 * everything that the transaction has brought so far, and elements are most of it.
 */
export function phaseOf(command: Command): number {
  return command.kind === 'add-elements' ? 1 : 0;
}

/** Its own chain last, since that refers to the others. */
function chainNames(service: Service, identify: IdentityOf): readonly string[] {
  return selectionChains(service, identify).map(({ name }) => name);
}

/** Those of `elements` that are not the same among `others`. */
function without(
  elements: readonly ServiceElement[],
  others: readonly ServiceElement[],
): readonly ServiceElement[] {
  if (others.length === 0) return elements;
  const nameOf = ({ set, key }: ServiceElement): string => `${set} ${keyText(key)}`;
  const known = new Map(others.map((one) => [nameOf(one), one.comment]));
  return elements.filter((one) => known.get(nameOf(one)) !== one.comment);
}

export function elementCommands(
  kind: 'add-elements' | 'remove-elements',
  elements: readonly { readonly set: string; readonly key: Uint8Array }[],
): readonly Command[] {
  const bySet = new Map<string, Element[]>();
  for (const element of elements) {
    const list = bySet.get(element.set) ?? [];
    list.push(kind === 'remove-elements' ? { key: element.key } : element);
    bySet.set(element.set, list);
  }
  return [...bySet].map(([set, list]) => ({ kind, set, elements: list }));
}

/** Why nftables cannot carry a service or server out, as a sentence, or undefined. */
export function refusal(key: ServiceKey, server: Service['servers'][number]): string | undefined {
  const family = familyOfService(key);
  const other = server.address.includes(':') ? 'ipv6' : 'ipv4';
  if (server.forwarding.kind === 'tunnel') {
    return `${serverName(server)} of ${serviceName(key)} is to be reached by a tunnel, which nftables cannot do: use lvs_method NAT or DR, or a kernel with IPVS`;
  }
  if (other !== family) {
    return `${serverName(server)} is not of the address family of ${serviceName(key)}: between families only IPVS tunnels forward`;
  }
  return undefined;
}
