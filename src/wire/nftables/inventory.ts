/** What a dump of our table says: which services stand in it whole, and what must be done about the rest. */
import type { Family } from '../../base/address.ts';
import { type Server, type Service, serverName, serviceName } from '../../base/service.ts';
import { hostUint32Of } from './attribute.ts';
import { baseChains, type FlowTimeouts } from './base-chains.ts';
import type { Command } from './command.ts';
import type { Identities, IdentityOf } from './identity.ts';
import { SETS } from './layout.ts';
import type { DumpedChain, DumpedElement, DumpedRule } from './message.ts';
import { parseServerRecord, parseServiceRecord } from './record.ts';
import { familyOfService } from './selection.ts';
import {
  elementCommands,
  elementName,
  expectedRules,
  type ServiceElement,
  serviceElements,
} from './service-change.ts';
import { baseRuleComments, baseRules } from './table.ts';

export interface TableDump {
  readonly chains: readonly DumpedChain[];
  readonly rules: readonly DumpedRule[];
  /** Names of the sets that are there. */
  readonly sets: readonly string[];
  /** Of the sets that packets do not fill. */
  readonly elements: readonly { readonly set: string; readonly element: DumpedElement }[];
}

export interface Inventory {
  /** Whole: each element, chain and rule is as it was written. */
  readonly services: readonly Service[];
  /** Makes the table hold those services and nothing else. Empty when it does. */
  readonly repair: readonly Command[];
}

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
  const present = new Map(
    dump.elements.map(({ set, element }) => [elementName(set, element.key), element]),
  );
  const rules = rulesByChain(dump.rules);
  const read = readServices(family, dump, identities);
  const { of: identify } = identities;
  const services = read.filter(
    (service) =>
      serviceElements(service, identify).every((wanted) => isThere(wanted, present)) &&
      [...expectedRules(service, identify)].every(([chain, comments]) =>
        isSame(comments, rules.get(chain) ?? []),
      ),
  );
  return { services, repair: repairs({ family, dump, timeouts, services, rules, identify }) };
}

function isBuiltAsOurs(family: Family, dump: TableDump, timeouts: FlowTimeouts): boolean {
  const sets = new Set(dump.sets);
  const chains = new Map(dump.chains.map((chain) => [chain.name, chain]));
  return (
    SETS.every(({ name }) => sets.has(name)) &&
    baseChains(family, timeouts).every(({ name, hook }) => {
      const chain = chains.get(name);
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
  for (const { element } of dump.elements) {
    const one = parseServerRecord(element.comment);
    if (one !== undefined) {
      identities.learn(one.service, one.server, hostUint32Of(element.key));
      const name = serviceName(one.service);
      const list = servers.get(name) ?? [];
      list.push(one.server);
      servers.set(name, list);
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

function isThere(wanted: ServiceElement, present: ReadonlyMap<string, DumpedElement>): boolean {
  const element = present.get(elementName(wanted.set, wanted.key));
  if (element === undefined || element.comment !== wanted.comment) return false;
  return wanted.goto === undefined || element.chain === wanted.goto;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function repairs(found: {
  readonly family: Family;
  readonly dump: TableDump;
  readonly timeouts: FlowTimeouts;
  readonly services: readonly Service[];
  readonly rules: ReadonlyMap<string, readonly string[]>;
  readonly identify: IdentityOf;
}): readonly Command[] {
  const { family, dump, timeouts, services, rules, identify } = found;
  const elements = new Set(
    services
      .flatMap((service) => serviceElements(service, identify))
      .map(({ set, key }) => elementName(set, key)),
  );
  const stray = dump.elements.filter(
    ({ set, element }) => !elements.has(elementName(set, element.key)),
  );
  const base = baseChains(family, timeouts);
  const chains = new Set([
    ...base.map(({ name }) => name),
    ...services.flatMap((service) => [...expectedRules(service, identify).keys()]),
  ]);
  const strayChains = dump.chains.filter(({ name }) => !chains.has(name));
  const broken = base.filter(
    (chain) => !isSame(baseRuleComments(chain), rules.get(chain.name) ?? []),
  );
  return [
    ...elementCommands(
      'remove-elements',
      stray.map(({ set, element }) => ({ set, key: element.key })),
    ),
    ...strayChains.map(({ name }): Command => ({ kind: 'flush-chain', name })),
    ...broken.flatMap((chain): readonly Command[] => [
      { kind: 'flush-chain', name: chain.name },
      ...baseRules(chain),
    ]),
    ...strayChains.map(({ name }): Command => ({ kind: 'remove-chain', name })),
  ];
}
