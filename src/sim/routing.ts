/** The routing tables and policy rules of a simulated host. */
import { type Address, addressBytes, familyOf } from '../base/address.ts';
import { type RouteHop, routeKeys } from '../base/route.ts';
import { type Rule, ruleKey } from '../base/rule.ts';
import type { Link, LinkAddress, LinkIndex, LinkRoute, PortError } from '../ports.ts';

/** What routes stand on. */
export interface Ground {
  link(index: LinkIndex): Link | undefined;
  addresses(): readonly LinkAddress[];
}

export interface Routing {
  routes(): readonly LinkRoute[];
  rules(): readonly Rule[];
  /** Why it cannot be; what is there already stays as it is. */
  addRoute(route: LinkRoute): PortError | undefined;
  removeRoute(route: LinkRoute): boolean;
  addRule(rule: Rule): void;
  removeRule(rule: Rule): boolean;
  /** Removes and returns the routes that have lost what they stand on. */
  settle(): readonly LinkRoute[];
}

const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: '' };
const LINK_DOWN: PortError = { errno: 100, code: 'ENETDOWN', detail: '' };
const UNREACHABLE: PortError = {
  errno: 101,
  code: 'ENETUNREACH',
  detail: 'Nexthop has invalid gateway',
};
const INVALID: PortError = { errno: 22, code: 'EINVAL', detail: 'Invalid prefsrc address' };

export function createRouting(ground: Ground): Routing {
  const routes = new Map<string, LinkRoute>();
  const rules = new Map<string, Rule>();
  const drop = (route: LinkRoute): boolean =>
    routeKeys(route)
      .map((key) => routes.delete(key))
      .some((was) => was);
  return {
    routes: () => [...new Set(routes.values())],
    rules: () => [...rules.values()],
    addRoute(route) {
      const error = refusal(ground, route);
      if (error !== undefined) return error;
      for (const key of routeKeys(route)) if (!routes.has(key)) routes.set(key, route);
      return undefined;
    },
    removeRoute: drop,
    addRule: (rule) => void rules.set(ruleKey(rule), rule),
    removeRule: (rule) => rules.delete(ruleKey(rule)),
    settle() {
      const lost = [...new Set(routes.values())].filter((route) => !stands(ground, route));
      for (const route of lost) drop(route);
      return lost;
    },
  };
}

function refusal(ground: Ground, { hops, source }: LinkRoute): PortError | undefined {
  for (const hop of hops) {
    const link = hop.link === undefined ? undefined : ground.link(hop.link);
    if (hop.link !== undefined && link === undefined) return NO_DEVICE;
    if (link?.up === false) return LINK_DOWN;
    if (!reaches(ground, hop)) return UNREACHABLE;
  }
  const isHeld = ground.addresses().some(({ address }) => address === source);
  return source === undefined || isHeld ? undefined : INVALID;
}

/** Linux looks at the gateway only when the route is added. */
function stands(ground: Ground, { hops, source }: LinkRoute): boolean {
  const isUp = hops.every(({ link }) => link === undefined || ground.link(link)?.up === true);
  return isUp && (source === undefined || ground.addresses().some((one) => one.address === source));
}

function reaches(ground: Ground, { gateway, link, onlink }: RouteHop<LinkIndex>): boolean {
  if (gateway === undefined || onlink || gateway.startsWith('fe80:')) return true;
  return ground
    .addresses()
    .some((one) => (link === undefined || one.link === link) && covers(one, gateway));
}

function covers({ address, prefix }: LinkAddress, other: Address): boolean {
  if (familyOf(address) !== familyOf(other)) return false;
  const [one, two] = [addressBytes(address), addressBytes(other)];
  for (let bit = 0; bit < prefix; bit += 1) {
    const mask = 0x80 >> (bit & 7);
    if (((one[bit >> 3] ?? 0) & mask) !== ((two[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}
