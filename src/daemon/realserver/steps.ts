/** What has to change on a host so that it is a real server of DR or TUN, and what is said about each change. Pure. */
import { type Address, familyOf } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { Link, LinkAddress } from '../../ports.ts';
import type { RealServerRequest } from './request.ts';

export type Step =
  /** `name` is relative to /proc/sys, with slashes. */
  | { readonly kind: 'setting'; readonly name: string; readonly was: string; readonly to: string }
  | { readonly kind: 'address'; readonly address: Address; readonly interface: string }
  | { readonly kind: 'link-up'; readonly interface: string };

export interface RealServerHost {
  readonly links: readonly Pick<Link, 'index' | 'name' | 'up' | 'noArp' | 'loopback'>[];
  readonly addresses: readonly Pick<LinkAddress, 'link' | 'address'>[];
  /** undefined where the kernel has no such setting. */
  readonly setting: (name: string) => string | undefined;
  /** Addresses that the holdfast of this host takes for its own, and what they are there. */
  readonly held: ReadonlyMap<Address, string>;
}

/** In the order in which they are to be taken: ARP is silenced before there is anything to be asked for. */
export function stepsTowards(
  request: RealServerRequest,
  host: RealServerHost,
): Outcome<readonly Step[], string> {
  const refusal = refusalOf(request, host);
  if (refusal !== undefined) return failure(refusal);
  const { links, addresses } = host;
  const place = links.find(({ name }) => name === request.interface);
  const missing = request.addresses.filter(
    (wanted) => !addresses.some(({ link, address }) => address === wanted && link === place?.index),
  );
  return success([
    ...(request.addresses.some((address) => familyOf(address) === 'ipv4') ? silence(host) : []),
    ...(request.tunnel === undefined ? [] : unwrapping(request.tunnel, host)),
    ...missing.map((address): Step => ({ kind: 'address', address, interface: request.interface })),
  ]);
}

/** Why it must not be done at all. */
function refusalOf(request: RealServerRequest, host: RealServerHost): string | undefined {
  const { links, addresses, held } = host;
  const place = links.find(({ name }) => name === request.interface);
  if (place === undefined) {
    return `this host has no interface ${request.interface}: name another with --interface, lo is usual`;
  }
  if (!place.loopback && !place.noArp) {
    return `${place.name} answers ARP for its addresses, so clients would come here past the director: use --interface lo`;
  }
  if (request.tunnel !== undefined && !links.some(({ name }) => name === request.tunnel)) {
    return `this host has no ${request.tunnel} to take packets out of tunnels: "modprobe ipip" brings tunl0, "modprobe ip6_tunnel" ip6tnl0`;
  }
  for (const address of request.addresses) {
    const owner = held.get(address);
    if (owner !== undefined) {
      return `${address} is ${owner} of the holdfast that runs here: a director cannot be its own real server in this way; name the address of another service, or stop that daemon first`;
    }
    const taken = addresses.find((each) => each.address === address && each.link !== place.index);
    if (taken === undefined) continue;
    const where = links.find(({ index }) => index === taken.link)?.name ?? 'another interface';
    return `${address} is on ${where} already, where ARP for it is answered: remove it there first ("ip address del ${address} dev ${where}"), or leave this host out`;
  }
  return undefined;
}

/** The larger value of `all` and of an interface counts. */
const ARP_IGNORE = { quiet: ['1', '2', '8'], to: '1' } as const;
const ARP_ANNOUNCE = { quiet: ['2'], to: '2' } as const;

/** IPv6 needs nothing: a neighbour solicitation is answered for addresses of its own interface alone. */
function silence({ links, setting }: RealServerHost): readonly Step[] {
  const steps: Step[] = [];
  const demand = (name: string, { quiet, to }: { quiet: readonly string[]; to: string }): void => {
    const was = setting(name);
    if (was !== undefined && !quiet.includes(was)) steps.push({ kind: 'setting', name, was, to });
  };
  demand('net/ipv4/conf/all/arp_ignore', ARP_IGNORE);
  demand('net/ipv4/conf/all/arp_announce', ARP_ANNOUNCE);
  for (const { name, loopback } of links) {
    const own = `net/ipv4/conf/${name}/arp_ignore`;
    // 0 gives way to `all`; from 3 on it would overrule it, and answer.
    if (!loopback && Number(setting(own) ?? 0) >= 3) demand(own, ARP_IGNORE);
  }
  return steps;
}

/** Strict filtering drops what comes out of a tunnel, since clients are not reached through it. */
function unwrapping(tunnel: string, { links, setting }: RealServerHost): readonly Step[] {
  const name = `net/ipv4/conf/${tunnel}/rp_filter`;
  const own = setting(name);
  const all = setting('net/ipv4/conf/all/rp_filter') ?? '0';
  const isStrict = own !== undefined && Math.max(Number(own), Number(all)) === 1;
  const isUp = links.find((link) => link.name === tunnel)?.up ?? false;
  return [
    // The larger value of `all` and of the interface counts, so 0 would not help.
    ...(isStrict ? [{ kind: 'setting', name, was: own, to: '2' } as const] : []),
    ...(isUp ? [] : [{ kind: 'link-up', interface: tunnel } as const]),
  ];
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/arp_ignore$/, 'ARP is answered for addresses of the interface that is asked alone'],
  [/arp_announce$/, 'ARP of this host never names the address of a service'],
  [/rp_filter$/, 'packets out of a tunnel are let in'],
];

export function sentenceOf(step: Step): string {
  switch (step.kind) {
    case 'setting': {
      const why = reasons.find(([pattern]) => pattern.test(step.name))?.[1] ?? '';
      return `set ${dotted(step.name)} from ${step.was} to ${step.to}: ${why}`;
    }
    case 'address':
      return `add ${withPrefix(step.address)} to ${step.interface}`;
    case 'link-up':
      return `set ${step.interface} up`;
  }
}

export function dotted(name: string): string {
  return name.replaceAll('/', '.');
}

export function withPrefix(address: Address): string {
  return `${address}/${hostPrefix(address)}`;
}

export function hostPrefix(address: Address): 32 | 128 {
  return familyOf(address) === 'ipv4' ? 32 : 128;
}
