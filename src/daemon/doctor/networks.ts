/** Which addresses belong together on a link. Pure. */
import { type Address, addressBytes, familyOf } from '../../base/address.ts';
import type { BalancedServer, BalancedService } from '../../engine/balancer/model.ts';
import type { LinkAddress } from '../../ports.ts';

/** Whether an address lies in the network of an address of this host. */
export function isInNetworkOf(
  address: Address,
  own: Pick<LinkAddress, 'address' | 'prefix'>,
): boolean {
  if (familyOf(address) !== familyOf(own.address)) return false;
  const [one, other] = [addressBytes(address), addressBytes(own.address)];
  for (let bit = 0; bit < own.prefix; bit += 8) {
    const mask = own.prefix - bit >= 8 ? 0xff : (0xff << (8 - (own.prefix - bit))) & 0xff;
    const at = bit / 8;
    if (((one[at] ?? 0) & mask) !== ((other[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** The addresses of a service; none for one that is known by a mark. */
export function addressesOf({ keys }: BalancedService): readonly Address[] {
  return [...new Set(keys.flatMap((key) => (key.kind === 'address' ? [key.address] : [])))];
}

export function portOf({ keys }: BalancedService, server: BalancedServer): number {
  const own = keys.flatMap((key) => (key.kind === 'address' ? [key.port] : []))[0];
  return server.port ?? own ?? 0;
}

/** Servers that packets are handed on to with the address of the service in them. */
export function untouched({ servers }: BalancedService): readonly BalancedServer[] {
  return servers.filter(({ forwarding }) => forwarding.kind !== 'nat');
}

/** Balanced TCP is the only thing that can be tried without knowing what to say. */
export function isTcp({ keys }: BalancedService): boolean {
  return keys.some((key) => key.kind === 'address' && key.protocol === 'tcp');
}

export interface Ipv4ServiceEnd {
  readonly vip: Address;
  readonly server: Address;
  readonly port: number;
}

/** Who is to take packets for what over DR: TCP over IPv4, by address. */
export function directEnds(service: BalancedService): readonly Ipv4ServiceEnd[] {
  const direct = service.servers.filter(isDirect);
  return service.keys.flatMap((key) => {
    if (key.kind !== 'address' || key.protocol !== 'tcp' || key.port === 0) return [];
    if (familyOf(key.address) !== 'ipv4') return [];
    return direct.map(({ address }) => ({ vip: key.address, server: address, port: key.port }));
  });
}

export function isDirect({ forwarding, address }: BalancedServer): boolean {
  return forwarding.kind === 'direct' && familyOf(address) === 'ipv4';
}
