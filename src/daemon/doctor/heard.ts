/** Advertisements that are heard while a host is examined, read as far as an examination needs them. Pure. */
import type { Address } from '../../base/address.ts';
import { addressAt, addressLength, type Family } from '../../base/address.ts';
import { byteAt } from '../../base/bytes.ts';
import type { LinkIndex } from '../../ports.ts';
import { findSeal } from '../../wire/seal.ts';

export interface HeardAdvertisement {
  readonly link: LinkIndex;
  readonly source: Address;
  readonly virtualRouterId: number;
  readonly priority: number;
  readonly addresses: readonly Address[];
  /** Of the wire: seen before any packet filter. Of the host: delivered to a socket as the daemon has it. */
  readonly by: 'wire' | 'host';
  /** How far the clock of its signature is ahead of ours, in seconds; undefined without a signature. */
  readonly clockAhead: number | undefined;
}

const HEADER = 8;
const AUTHENTICATION = 8;

/** `payload` is without the IP header; `wall` is civil time in seconds. undefined for what is no advertisement. */
export function readAdvertisement(
  payload: Uint8Array,
  family: Family,
  wall: number,
):
  | Pick<HeardAdvertisement, 'virtualRouterId' | 'priority' | 'addresses' | 'clockAhead'>
  | undefined {
  const version = payload.length < HEADER ? 0 : byteAt(payload, 0) >> 4;
  if ((version !== 2 && version !== 3) || (byteAt(payload, 0) & 15) !== 1) return undefined;
  const width = addressLength(family);
  const count = byteAt(payload, 3);
  const end = HEADER + count * width;
  if (payload.length < end) return undefined;
  const addresses = Array.from({ length: count }, (_, index) =>
    addressAt(payload, HEADER + index * width, family),
  );
  const plain = version === 2 && family === 'ipv4' ? end + AUTHENTICATION : end;
  const found = findSeal(payload, plain);
  return {
    virtualRouterId: byteAt(payload, 1),
    priority: byteAt(payload, 2),
    addresses,
    clockAhead: found.kind === 'seal' ? aheadOf(found.seal, wall) : undefined,
  };
}

/** Seconds are counted modulo 2^32 on the wire. */
function aheadOf(
  { seconds, fraction }: { readonly seconds: number; readonly fraction: number },
  wall: number,
): number {
  const whole = Math.floor(wall);
  return ((seconds - whole) | 0) + fraction / 65_536 - (wall - whole);
}
