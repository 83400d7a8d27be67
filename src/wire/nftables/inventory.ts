/** What a dump of our table says: which services stand in it whole, and what must be done about the rest. */
import type { Family } from '../../base/address.ts';
import { type Server, type Service, serverName, serviceName } from '../../base/service.ts';
import { hostUint32Of } from './attribute.ts';
import { baseChains, type FlowTimeouts } from './base-chains.ts';
import type { Command } from './command.ts';
import type { DumpedElement } from './element.ts';
import type { Identities } from './identity.ts';
import { SETS } from './layout.ts';
import type { DumpedChain, DumpedRule } from './message.ts';
import { parseServerRecord, parseServiceRecord } from './record.ts';
import { familyOfService, stickySets } from './selection.ts';
import {
  elementCommands,
  expectedRules,
  keyText,
  type ServiceElement,
  serviceElements,
} from './service-change.ts';
import { baseRuleComments, rewrite } from './table.ts';

export interface TableDump {
  readonly chains: readonly DumpedChain[];
  readonly rules: readonly DumpedRule[];
  /** Names of the sets that are there. */
  readonly sets: readonly string[];
  /** Of the sets that packets do not fill. */
  readonly elements: readonly {
    readonly set: string;
    readonly elements: readonly DumpedElement[];
  }[];
}

export interface Inventory {
  /** Whole: each element, chain and rule is as it was written. */
  readonly services: readonly Service[];
  /** Makes the table hold those services and nothing else. Empty when it does. */
  readonly repair: readonly Command[];
}

/** What the kernel and nft call the maps and sets of single rules. */
const ANONYMOUS_PREFIX = '__';

export interface Expectation {
  readonly timeouts: FlowTimeouts;
  /** Learns the numbers that servers have in the dump. */
  readonly identities: Identities;
}

/** Undefined when the table is not there, or not built as ours is: then it must be made anew. */
export function takeInventory(
  family: Family,
  dump: TableDump,
  { timeouts, identities }: Expectation,
): Inventory | undefined {
  if (!isBuiltAsOurs(family, dump, timeouts)) return undefined;
  const rules = rulesByChain(dump.rules);
  const present = presentElements(dump);
  const chains = new Set<string>();
  const sets = new Set(SETS.map(({ name }) => name));
  const services: Service[] = [];
  for (const service of readServices(family, dump, identities)) {
    const elements = serviceElements(service, identities.of);
    const expected = expectedRules(service, identities.of);
    const ownSets = stickySets(service);
    const isWhole =
      ownSets.every((name) => dump.sets.includes(name)) &&
      elements.every((wanted) => isThere(wanted, present)) &&
      [...expected].every(([chain, comments]) => isSame(comments, rules.get(chain) ?? []));
    if (!isWhole) continue;
    services.push(service);
    for (const { set, key } of elements) present.get(set)?.delete(keyText(key));
    for (const chain of expected.keys()) chains.add(chain);
    for (const name of ownSets) sets.add(name);
  }
  const base = baseChains(family, timeouts);
  for (const { name } of base) chains.add(name);
  const strays = {
    chains: dump.chains.map(({ name }) => name).filter((name) => !chains.has(name)),
    sets: dump.sets.filter((name) => !sets.has(name) && !name.startsWith(ANONYMOUS_PREFIX)),
  };
  const repair = [
    ...clearing(present, strays),
    ...rewrite(
      base.filter((chain) => !isSame(baseRuleComments(chain), rules.get(chain.name) ?? [])),
    ),
  ];
  return { services, repair };
}

/** By set and key. What a whole service has is taken out of it, so that the rest is nobody's. */
type Present = ReadonlyMap<string, Map<string, DumpedElement>>;

function presentElements(dump: TableDump): Present {
  return new Map(
    dump.elements.map(({ set, elements }) => [
      set,
      new Map(elements.map((element) => [keyText(element.key), element])),
    ]),
  );
}

/** Rules go before what they refer to. */
function clearing(
  present: Present,
  { chains, sets }: { readonly chains: readonly string[]; readonly sets: readonly string[] },
): readonly Command[] {
  const elements = [...present].flatMap(([set, left]) =>
    [...left.values()].map(({ key }) => ({ set, key })),
  );
  return [
    ...elementCommands('remove-elements', elements),
    ...chains.map((name): Command => ({ kind: 'flush-chain', name })),
    ...chains.map((name): Command => ({ kind: 'remove-chain', name })),
    ...sets.map((name): Command => ({ kind: 'remove-set', name })),
  ];
}

function isBuiltAsOurs(family: Family, dump: TableDump, timeouts: FlowTimeouts): boolean {
  const sets = new Set(dump.sets);
  const chains = new Map(dump.chains.map((chain) => [chain.name, chain]));
  return (
    SETS.every(({ name }) => sets.has(name)) &&
    baseChains(family, timeouts).every(({ name, hook }) => {
      const chain = chains.get(name);
      if (hook === undefined) return chain?.type === '';
      return chain?.type === hook.type && chain.priority === hook.priority;
    })
  );
}

function rulesByChain(rules: readonly DumpedRule[]): ReadonlyMap<string, readonly string[]> {
  const comments = new Map<string, string[]>();
  for (const { chain, comment } of rules) {
    const list = comments.get(chain);
    if (list === undefined) comments.set(chain, [comment]);
    else list.push(comment);
  }
  return comments;
}

function readServices(family: Family, dump: TableDump, identities: Identities): readonly Service[] {
  const servers = new Map<string, Server[]>();
  const services = new Map<string, Service>();
  for (const element of dump.elements.flatMap(({ elements }) => elements)) {
    if (element.comment === '') continue;
    const one = parseServerRecord(element.comment);
    if (one !== undefined) {
      identities.learn(one.service, one.server, hostUint32Of(element.key));
      const name = serviceName(one.service);
      const list = servers.get(name) ?? [];
      list.push(one.server);
      servers.set(name, list);
      continue;
    }
    const service = parseServiceRecord(element.comment);
    if (service === undefined || familyOfService(service.key) !== family) continue;
    services.set(serviceName(service.key), {
      key: service.key,
      ...service.settings,
      servers: [],
    });
  }
  return [...services].map(([name, service]) => ({
    ...service,
    servers: (servers.get(name) ?? []).sort((one, other) =>
      serverName(one) < serverName(other) ? -1 : 1,
    ),
  }));
}

function isThere(wanted: ServiceElement, present: Present): boolean {
  const element = present.get(wanted.set)?.get(keyText(wanted.key));
  if (element === undefined || element.comment !== wanted.comment) return false;
  return wanted.goto === undefined || element.chain === wanted.goto;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
