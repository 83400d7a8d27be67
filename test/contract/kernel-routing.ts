/** What every implementation of the kernel port keeps about routes and policy rules. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Address, familyOf } from '../../src/base/address.ts';
import { routeKeys } from '../../src/base/route.ts';
import { type Rule, ruleKey } from '../../src/base/rule.ts';
import {
  type KernelChange,
  type KernelOperation,
  type LinkIndex,
  type LinkRoute,
  OWN_ROUTE_PROTOCOL,
  type Watch,
} from '../../src/ports.ts';
import type { KernelHost } from './kernel.ts';
import { address } from './words.ts';

const DONE = { done: true } as const;
const HERE = address('10.88.0.1');
const GATEWAY = address('10.88.0.9');
const FAR = address('198.51.100.0');
const FARTHER = address('203.0.113.0');
const SIX = address('2001:db8:1::');
const ALL: Watch = {
  routes: [
    { family: 'ipv4', protocol: OWN_ROUTE_PROTOCOL },
    { family: 'ipv6', protocol: OWN_ROUTE_PROTOCOL },
  ],
  rules: true,
};

export function routing(hostOf: () => KernelHost): void {
  applies(hostOf);
  refuses(hostOf);
  watches(hostOf);
  loses(hostOf);
}

function applies(hostOf: () => KernelHost): void {
  it('adds and removes routes and rules of both families', () => {
    const { kernel, link } = hostOf();
    kernel.watch(ALL);
    const routes = [route(link, FAR), route(link, SIX), route(link, FARTHER, { metric: 7 })];
    const rules = [rule(FAR, 100), rule(SIX, 100)];
    const added = kernel.apply([...routes.map(add), ...rules.map(addRule)]);
    assert.deepEqual(added, [DONE, DONE, DONE, DONE, DONE]);
    const there = kernel.observe();
    assert.deepEqual(keysOf(there.routes), keysOf(routes));
    assert.deepEqual(ownRules(there.rules), rules.map(ruleKey).toSorted());
    const removed = kernel.apply([...rules.map(removeRule), ...routes.map(remove)]);
    assert.deepEqual(removed, [DONE, DONE, DONE, DONE, DONE]);
    const left = kernel.observe();
    assert.deepEqual([left.routes, ownRules(left.rules)], [[], []]);
  });

  it('is done with adding routes and rules that are there and removing those that are not', () => {
    const { kernel, link } = hostOf();
    kernel.watch(ALL);
    const twice = [add(route(link, FAR)), add(route(link, SIX)), addRule(rule(FAR, 100))];
    kernel.apply(twice);
    assert.deepEqual(kernel.apply(twice), [DONE, DONE, DONE]);
    assert.equal(kernel.observe().routes.length, 2);
    const away = [remove(route(link, FAR)), remove(route(link, SIX)), removeRule(rule(FAR, 100))];
    kernel.apply(away);
    assert.deepEqual(kernel.apply(away), [DONE, DONE, DONE]);
  });

  it('carries out addresses, routes and rules in their order', () => {
    const { kernel, link } = hostOf();
    const through = route(link, FAR, { gateway: GATEWAY, source: HERE });
    const results = kernel.apply([
      { kind: 'add-address', address: wanted(link) },
      add(through),
      addRule(rule(FAR, 100)),
    ]);
    assert.deepEqual(results, [DONE, DONE, DONE]);
  });
}

function refuses(hostOf: () => KernelHost): void {
  it('tells why a route cannot be, and carries out the others', () => {
    const { kernel, link } = hostOf();
    const results = kernel.apply([
      add(route(4_000 as LinkIndex, FAR)),
      add(route(link, FARTHER, { gateway: GATEWAY })),
      add(route(link, FAR, { source: HERE })),
      add(route(link, SIX)),
    ]);
    const codes = results.map((result) => (result.done ? 'done' : result.error.code));
    assert.deepEqual(codes, ['ENODEV', 'ENETUNREACH', 'EINVAL', 'done']);
  });
}

function watches(hostOf: () => KernelHost): void {
  it('says nothing of routes and rules that nobody watches', () => {
    const { kernel, link, meddle } = hostOf();
    meddle({ kind: 'routing', operation: add(route(link, FAR)) });
    meddle({ kind: 'routing', operation: addRule(rule(FAR, 100)) });
    const { routes, rules } = kernel.observe();
    assert.deepEqual([routes, rules, kernel.changes().filter(isRouting)], [[], [], []]);
  });

  it('observes what it was told to watch later, and of other protocols nothing', () => {
    const { kernel, link, meddle } = hostOf();
    meddle({ kind: 'routing', operation: add(route(link, FAR)) });
    meddle({ kind: 'routing', operation: add(route(link, FARTHER, { protocol: 4 })) });
    kernel.watch(ALL);
    assert.deepEqual(keysOf(kernel.observe().routes), keysOf([route(link, FAR)]));
    meddle({ kind: 'routing', operation: remove(route(link, FARTHER, { protocol: 4 })) });
    assert.deepEqual(kernel.changes().filter(isRouting), []);
  });

  it('tells who else adds and removes routes and rules, and nothing of what it did itself', async () => {
    const { kernel, link, meddle, waitFor } = hostOf();
    kernel.watch(ALL);
    kernel.observe();
    kernel.apply([add(route(link, FAR)), add(route(link, SIX)), addRule(rule(FAR, 100))]);
    kernel.apply([add(route(link, FARTHER)), remove(route(link, FARTHER))]);
    for (const operation of [
      remove(route(link, FAR)),
      remove(route(link, SIX)),
      removeRule(rule(FAR, 100)),
      addRule(rule(SIX, 200)),
    ]) {
      meddle({ kind: 'routing', operation });
    }
    const changes = await told({ kernel, waitFor }, 4);
    assert.deepEqual(changes.map(summary), [
      `route-gone ${FAR}`,
      `route-gone ${SIX}`,
      'rule-gone 100',
      'rule 200',
    ]);
    for (const change of changes) assert.ok('portId' in change && change.portId !== 0);
  });
}

function loses(hostOf: () => KernelHost): void {
  it('tells of routes that go with their link, whatever the kernel says', async () => {
    const { kernel, link, meddle, waitFor } = hostOf();
    kernel.watch(ALL);
    kernel.observe();
    kernel.apply([add(route(link, FAR)), addRule(rule(FAR, 100))]);
    meddle({ kind: 'link-down' });
    const changes: KernelChange[] = [];
    await waitFor(() => {
      changes.push(...kernel.changes().filter(({ kind }) => kind === 'route-gone'));
      return changes.length > 0;
    });
    const [gone] = changes;
    assert.ok(gone?.kind === 'route-gone' && gone.portId === 0);
    assert.deepEqual([summary(gone), changes.length], [`route-gone ${FAR}`, 1]);
    assert.deepEqual(ownRules(kernel.observe().rules), [ruleKey(rule(FAR, 100))]);
  });

  it('tells of routes that go with their source, also when it removed that itself', async () => {
    const { kernel, link, waitFor } = hostOf();
    kernel.watch(ALL);
    kernel.observe();
    kernel.apply([
      { kind: 'add-address', address: wanted(link) },
      add(route(link, FAR, { source: HERE })),
    ]);
    kernel.apply([{ kind: 'remove-address', link, address: HERE, prefix: 24 }]);
    const changes = await told({ kernel, waitFor }, 1);
    assert.deepEqual(changes.map(summary), [`route-gone ${FAR}`]);
  });
}

interface RouteWords {
  readonly gateway?: Address;
  readonly source?: Address;
  readonly metric?: number;
  readonly protocol?: number;
}

function route(link: LinkIndex, to: Address, words: RouteWords = {}): LinkRoute {
  const family = familyOf(to);
  return {
    family,
    type: 'unicast',
    destination: to,
    prefix: family === 'ipv4' ? 24 : 64,
    from: undefined,
    tos: 0,
    table: 254,
    metric: words.metric,
    protocol: words.protocol ?? OWN_ROUTE_PROTOCOL,
    scope: family === 'ipv4' && words.gateway === undefined ? 253 : 0,
    source: words.source,
    hops: [
      {
        gateway: words.gateway,
        link,
        weight: 1,
        onlink: false,
        encapsulation: undefined,
        realms: undefined,
      },
    ],
    metrics: {},
    realms: undefined,
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
  };
}

function rule(from: Address, priority: number): Rule {
  const family = familyOf(from);
  return {
    family,
    priority,
    action: { kind: 'table', table: 300 },
    not: false,
    from: { address: from, prefix: family === 'ipv4' ? 24 : 64 },
    to: undefined,
    tos: 0,
    mark: undefined,
    incoming: undefined,
    outgoing: undefined,
    tunnel: undefined,
    users: undefined,
    transport: undefined,
    sourcePorts: undefined,
    destinationPorts: undefined,
    realms: undefined,
    suppressPrefix: undefined,
    suppressGroup: undefined,
    protocol: OWN_ROUTE_PROTOCOL,
  };
}

function wanted(link: LinkIndex) {
  const none = { label: undefined, broadcast: undefined, peer: undefined, flags: [] };
  const forEver = { lifetime: undefined, preferred: undefined };
  return { link, address: HERE, prefix: 24, scope: 'global', ...none, ...forEver } as const;
}

function add(one: LinkRoute) {
  return { kind: 'add-route', route: one, place: 'first' } as const satisfies KernelOperation;
}

function remove(one: LinkRoute) {
  return { kind: 'remove-route', route: one } as const satisfies KernelOperation;
}

function addRule(one: Rule) {
  return { kind: 'add-rule', rule: one } as const satisfies KernelOperation;
}

function removeRule(one: Rule) {
  return { kind: 'remove-rule', rule: one } as const satisfies KernelOperation;
}

function keysOf(routes: readonly LinkRoute[]): readonly string[] {
  return routes.flatMap((one) => routeKeys(one)).toSorted();
}

function ownRules(rules: readonly Rule[]): readonly string[] {
  return rules
    .filter(({ protocol }) => protocol === OWN_ROUTE_PROTOCOL)
    .map(ruleKey)
    .toSorted();
}

function summary(change: KernelChange): string {
  if ('route' in change) return `${change.kind} ${change.route.destination}`;
  return 'rule' in change ? `${change.kind} ${change.rule.priority}` : change.kind;
}

/** The interface itself may still be settling. */
function isRouting(change: KernelChange): boolean {
  return 'route' in change || 'rule' in change;
}

/** So many changes of routes and rules. */
async function told(
  { kernel, waitFor }: Pick<KernelHost, 'kernel' | 'waitFor'>,
  count: number,
): Promise<readonly KernelChange[]> {
  const changes: KernelChange[] = [];
  await waitFor(() => {
    changes.push(...kernel.changes().filter(isRouting));
    return changes.length >= count;
  });
  return changes;
}
