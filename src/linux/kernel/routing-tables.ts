/**
 * Routes and policy rules as the kernel tells them. Nothing is dumped or listened to until somebody wants to know, and
 * then only what is from the protocols asked for, since a host may hold a million routes of others.
 *
 * The kernel says nothing of the IPv4 routes that go with an interface, with its last address or with their preferred
 * source, and nothing of what a replacement has replaced. So after anything that may have taken routes along there is
 * one dump of those watched, and what it lacks is told as gone.
 */
import { routeKeys } from '../../base/route.ts';
import type { KernelChange, KernelOperation, LinkRoute, Watch } from '../../ports.ts';
import { type NetlinkMessage, NLM_F_REPLACE } from '../../wire/netlink.ts';
import {
  decodeRoute,
  encodeRouteDump,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  routeProtocol,
} from '../../wire/route.ts';
import {
  decodeRule,
  encodeRuleDump,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_RULE,
} from '../../wire/rule.ts';

/** Every value of a dump. */
export type Dump = <Value>(
  type: number,
  payload: Uint8Array,
  decode: (message: NetlinkMessage) => Value | undefined,
) => readonly Value[];

export class RoutingTables {
  readonly #dump: Dump;
  /** Under which our own operations are told. */
  readonly #portId: number;
  #watch: Watch = { routes: [], rules: false };
  /** The IPv4 routes that are there as far as is known. */
  readonly #known = new Map<string, LinkRoute>();
  #isDoubtful = false;

  constructor(dump: Dump, portId: number) {
    this.#dump = dump;
    this.#portId = portId;
  }

  set watch(watch: Watch) {
    this.#watch = watch;
  }

  /** The multicast groups that tell of what is watched. */
  get groups(): readonly number[] {
    const groups = new Set<number>();
    for (const { family } of this.#watch.routes) {
      groups.add(family === 'ipv4' ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE);
    }
    if (this.#watch.rules) groups.add(RTNLGRP_IPV4_RULE).add(RTNLGRP_IPV6_RULE);
    return [...groups];
  }

  observe(): Pick<Extract<KernelChange, { kind: 'resynchronised' }>['state'], 'routes' | 'rules'> {
    const { routes, rules } = this.#watch;
    const ipv4 = this.#routesOf('ipv4');
    this.#learn(ipv4);
    const ipv6 = routes.some(({ family }) => family === 'ipv6') ? this.#routesOf('ipv6') : [];
    return {
      routes: [...ipv4, ...ipv6],
      rules: rules ? this.#dump(RTM_GETRULE, encodeRuleDump(), decodeRule) : [],
    };
  }

  /** Takes in what was told; undefined when it is not news or not of what is watched. */
  change(message: NetlinkMessage): KernelChange | undefined {
    const { type, portId } = message;
    if (type === RTM_NEWRULE || type === RTM_DELRULE) {
      const rule = decodeRule(message);
      if (rule === undefined || portId === this.#portId) return undefined;
      return { kind: type === RTM_NEWRULE ? 'rule' : 'rule-gone', rule, portId };
    }
    if (type !== RTM_NEWROUTE && type !== RTM_DELROUTE) return undefined;
    if ((message.flags & NLM_F_REPLACE) !== 0) this.#isDoubtful = true;
    const route = this.#decode(message);
    if (route === undefined || portId === this.#portId) return undefined;
    this.#note(route, type === RTM_NEWROUTE);
    return { kind: type === RTM_NEWROUTE ? 'route' : 'route-gone', route, portId };
  }

  /** Takes in what was carried out. */
  done(operation: KernelOperation): void {
    if (operation.kind === 'add-route') this.#note(operation.route, true);
    else if (operation.kind === 'remove-route') this.#note(operation.route, false);
  }

  /** Routes may have gone without a word. */
  suspect(): void {
    this.#isDoubtful = true;
  }

  /** What has changed without a word, if anything may have. */
  settle(): readonly KernelChange[] {
    if (!this.#isDoubtful) return [];
    this.#isDoubtful = false;
    if (!this.#watch.routes.some(({ family }) => family === 'ipv4')) return [];
    const before = new Map(this.#known);
    const now = this.#routesOf('ipv4');
    this.#learn(now);
    const changes: KernelChange[] = [];
    for (const [key, route] of before) {
      if (!this.#known.has(key)) changes.push({ kind: 'route-gone', route, portId: 0 });
    }
    for (const [key, route] of this.#known) {
      if (!before.has(key)) changes.push({ kind: 'route', route, portId: 0 });
    }
    return changes;
  }

  #learn(routes: readonly LinkRoute[]): void {
    this.#known.clear();
    for (const route of routes) this.#note(route, true);
  }

  #note(route: LinkRoute, isThere: boolean): void {
    if (route.family !== 'ipv4') return;
    for (const key of routeKeys(route)) {
      if (isThere) this.#known.set(key, route);
      else this.#known.delete(key);
    }
  }

  #routesOf(family: 'ipv4' | 'ipv6'): readonly LinkRoute[] {
    const protocols = this.#watch.routes.filter((one) => one.family === family);
    const decode = (message: NetlinkMessage) => this.#decode(message);
    if (protocols.length === 0) return [];
    // Hops of IPv6 stand under the protocol of the first of them.
    const wanted = family === 'ipv6' ? [0] : protocols.map(({ protocol }) => protocol);
    return wanted.flatMap((protocol) => [
      ...this.#dump(RTM_GETROUTE, encodeRouteDump(family, protocol), (message) =>
        protocol === 0 || routeProtocol(message) === protocol ? decode(message) : undefined,
      ),
    ]);
  }

  #decode(message: NetlinkMessage): LinkRoute | undefined {
    // Most are from others: they are not worth decoding.
    const protocol = routeProtocol(message);
    const isIpv6 = message.payload[0] !== 2;
    const isWatched = this.#watch.routes.some(
      (one) => one.protocol === protocol && (one.family === 'ipv6') === isIpv6,
    );
    if (!isWatched && !isIpv6) return undefined;
    const route = decodeRoute(message) as LinkRoute | undefined;
    return isWatched || (route?.hops.length ?? 0) > 1 ? route : undefined;
  }
}
