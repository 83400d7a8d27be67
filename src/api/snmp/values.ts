/** Values of objects, in the types that keepalived's MIBs give them. */
import { type Address, addressBytes, addressLength, familyOf } from '../../base/address.ts';
import type { SnmpValue } from '../../wire/agentx-values.ts';

export function integer(value: number): SnmpValue {
  return { kind: 'integer', value };
}

export function gauge(value: number): SnmpValue {
  return { kind: 'gauge', value };
}

export function counter(value: number): SnmpValue {
  return { kind: 'counter', value };
}

export function counter64(value: number | bigint): SnmpValue {
  return { kind: 'counter64', value: BigInt(value) };
}

/** From microseconds. */
export function ticks(microseconds: number): SnmpValue {
  return { kind: 'ticks', value: Math.max(0, Math.floor(microseconds / 10_000)) };
}

export function text(value: string): SnmpValue {
  return octets(Buffer.from(value));
}

export function optionalText(value: string | undefined): SnmpValue | undefined {
  return value === undefined ? undefined : text(value);
}

export function octets(value: Uint8Array): SnmpValue {
  return { kind: 'string', value };
}

/** TruthValue, and every other pair in which 1 is yes and 2 is no. */
export function truth(value: boolean): SnmpValue {
  return integer(value ? 1 : 2);
}

/** InetAddressType. */
export function addressType(address: Address): SnmpValue {
  return integer(familyOf(address) === 'ipv4' ? 1 : 2);
}

/** InetAddress. */
export function inetAddress(address: Address): SnmpValue {
  return octets(addressBytes(address));
}

/** InetAddress; of an address that is not known, zeros. */
export function inetAddressOf(address: Address | undefined, family: 'ipv4' | 'ipv6'): SnmpValue {
  return address === undefined
    ? octets(new Uint8Array(addressLength(family)))
    : inetAddress(address);
}

/** IpAddress; of an address that is not known or not of IPv4, 0.0.0.0. */
export function ipAddress(address: Address | undefined): SnmpValue {
  const bytes = address === undefined ? undefined : addressBytes(address);
  return { kind: 'address', value: bytes?.length === 4 ? bytes : new Uint8Array(4) };
}

/** The numbers of an address as a part of an index. */
export function addressIndex(address: Address): readonly number[] {
  return [...addressBytes(address)];
}
