/** Ranges of addresses, as a group of services writes them. */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  familyOf,
  parseAddress,
} from '../../base/address.ts';

/** A range beyond this is a slip of the pen, and would not fit the kernel's memory either. */
export const mostAddresses = 65_536;

/**
 * `192.0.2.1`, `192.0.2.1-9`, `2001:db8::1-1f` (the last byte or the last four digits), `192.0.2.1-192.0.2.9`, and
 * `192.0.2.0/28` with all addresses of the network. undefined when it is none or too large.
 */
export function addressesIn(range: string): readonly Address[] | undefined {
  const [head = '', prefix] = range.split('/');
  const [from = '', to] = head.split('-');
  const first = parseAddress(from);
  if (first === undefined) return undefined;
  const begin = numberOf(first);
  if (prefix !== undefined) {
    const width = familyOf(first) === 'ipv4' ? 32 : 128;
    const free = width - Number(prefix);
    if (!/^\d+$/.test(prefix) || free < 0) return undefined;
    if (free > 16) return undefined;
    const low = (begin >> BigInt(free)) << BigInt(free);
    return between(first, low, low + (1n << BigInt(free)) - 1n);
  }
  if (to === undefined) return [first];
  const last = endOf(first, to);
  return last === undefined ? undefined : between(first, begin, last);
}

function endOf(first: Address, text: string): bigint | undefined {
  const whole = parseAddress(text);
  if (whole !== undefined) return familyOf(whole) === familyOf(first) ? numberOf(whole) : undefined;
  const begin = numberOf(first);
  if (familyOf(first) === 'ipv4') {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return undefined;
    return (begin & ~0xffn) | BigInt(text);
  }
  return /^[\da-fA-F]{1,4}$/.test(text) ? (begin & ~0xffffn) | BigInt(`0x${text}`) : undefined;
}

function between(like: Address, low: bigint, high: bigint): readonly Address[] | undefined {
  const count = high - low + 1n;
  if (count < 1n || count > BigInt(mostAddresses)) return undefined;
  const length = addressBytes(like).length;
  return Array.from({ length: Number(count) }, (_, index) =>
    addressOf(low + BigInt(index), length),
  ).filter((address) => address !== undefined);
}

function numberOf(address: Address): bigint {
  return addressBytes(address).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function addressOf(number: bigint, length: number): Address | undefined {
  const bytes = new Uint8Array(length);
  let rest = number;
  for (let index = length - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return addressFromBytes(bytes);
}
