/** One process's ear for who claims which addresses, and what a segment makes of questions and announcements. */
import { type Address, addressAt, familyOf, type Mac } from '../base/address.ts';
import type { Duration, Instant } from '../base/units.ts';
import type { NeighbourClaim, Neighbours, NeighbourWatch } from '../ports.ts';
import { decodeClaim } from '../wire/claim.ts';

export interface Ear extends Neighbours {
  /** A claim, at the world's time. */
  take(claim: NeighbourClaim): void;
  pending(): boolean;
}

/** As many as wait in a small receive buffer. */
const ROOM = 80;

/** `offset` is the host's clock minus the world's. */
export function createEar(offset: Duration, ready: () => void): Ear {
  let watches: readonly NeighbourWatch[] = [];
  const waiting: NeighbourClaim[] = [];
  return {
    watch: (wanted) => {
      watches = wanted;
    },
    claims: (limit) => waiting.splice(0, limit),
    pending: () => waiting.length > 0,
    take: (claim) => {
      const isWanted = watches.some(
        ({ link, family, addresses }) =>
          link === claim.link &&
          family === familyOf(claim.address) &&
          addresses.includes(claim.address),
      );
      if (!isWanted || waiting.length >= ROOM) return;
      waiting.push({ ...claim, at: (claim.at + offset) as Instant });
      ready();
    },
  };
}

/** The address that an ARP probe or a neighbour solicitation asks for. */
function addressAsked(frame: Uint8Array): Address | undefined {
  if (frame[12] === 0x08 && frame[21] === 1) return addressAt(frame, 38, 'ipv4');
  return frame[12] === 0x86 && frame[54] === 135 ? addressAt(frame, 62, 'ipv6') : undefined;
}

/** A host on a segment, as far as it hears and answers. */
export interface Party {
  readonly mac: Mac | undefined;
  owns(address: Address): boolean;
  /** Tells every process on the host. */
  tell(claim: { readonly mac: Mac; readonly address: Address }): void;
}

/** An announcement is heard by all others; a question is answered by the kernels of those who hold the address. */
export function spreadClaim(frame: Uint8Array, from: Party, others: readonly Party[]): void {
  const claim = decodeClaim(frame);
  if (claim !== undefined) {
    for (const other of others) other.tell(claim);
    return;
  }
  const address = addressAsked(frame);
  if (address === undefined) return;
  for (const { mac, owns } of others) {
    if (mac !== undefined && owns(address)) from.tell({ mac, address });
  }
}
