/** Puts advertisements into IPsec authentication headers and takes them out again (`auth_type AH`, behaviour section 13). */
import type { Address } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import type { Notary, ReceivedDatagram } from '../../ports.ts';
import { ahBytes, findAh, isIcv, withAh, writeIcv } from '../../wire/ah.ts';
import { encodeSecret } from '../../wire/vrrp.ts';
import type { Machine } from '../machine.ts';
import type { OutgoingDatagram } from '../output.ts';
import type { SignatureFault } from './signing.ts';

/** What a machine remembers of the sequence numbers of authentication headers. */
export interface AhMemory {
  /** The last one that was given out. */
  given: number;
  /** The last one that was accepted of each sender. */
  readonly heard: Map<Address, number>;
}

export function createAhMemory(): AhMemory {
  return { given: 0, heard: new Map() };
}

/**
 * Each advertisement has a number of its own, the same to all peers. It begins with the seconds of civil time, of which each
 * advertisement takes one at least, and never falls behind what was heard: neither our restart nor a change of masters looks
 * like a replay to routers that remember one number.
 */
export function wrapInAh(
  machine: Machine,
  datagrams: readonly OutgoingDatagram[],
  notary: Notary | undefined,
): readonly OutgoingDatagram[] {
  const { authentication } = machine.model;
  if (authentication.kind !== 'ah') return datagrams;
  invariant(notary !== undefined, 'an authentication header needs a notary');
  const key = encodeSecret(authentication.secret);
  const sequence = nextSequence(machine.ah, Math.floor(notary.wall() / 1_000_000));
  machine.ah.given = sequence;
  // 0 would let the kernel choose, and what it chooses is signed.
  const identification = sequence & 0xffff || 1;
  return datagrams.map((datagram) => {
    const payload = withAh(datagram.payload, datagram.source, sequence);
    writeIcv(payload, notary.hmacMd5(key, ahBytes(payload, { ...datagram, identification })));
    return { ...datagram, ah: { identification }, payload };
  });
}

function nextSequence({ given, heard }: AhMemory, seconds: number): number {
  return Math.max(given, ...heard.values(), seconds - 1) + 1;
}

export type OpenedAh =
  | { readonly kind: 'opened'; readonly datagram: ReceivedDatagram; readonly sequence: number }
  | { readonly kind: 'malformed'; readonly detail: string };

/** The datagram without its authentication header, which nobody has believed yet. */
export function openAh(datagram: ReceivedDatagram): OpenedAh {
  const found = findAh(datagram.payload);
  if (found.kind === 'malformed') return found;
  const { ah: _, ...rest } = datagram;
  return {
    kind: 'opened',
    datagram: { ...rest, payload: found.message },
    sequence: found.sequence,
  };
}

/** undefined where the machine may believe it; then its number is remembered. */
export function checkAh(
  machine: Machine,
  datagram: ReceivedDatagram,
  sequence: number,
  notary: Notary | undefined,
): SignatureFault | undefined {
  const { authentication } = machine.model;
  if (authentication.kind !== 'ah') {
    const detail = `an authentication header, configured is ${authentication.kind}`;
    return { reason: 'authentication-type', detail };
  }
  invariant(notary !== undefined, 'an authentication header needs a notary');
  const { ah, payload, source } = datagram;
  invariant(ah !== undefined, 'a datagram without authentication header is checked elsewhere');
  const signed = ahBytes(payload, { ...datagram, identification: ah.identification });
  if (!isIcv(payload, notary.hmacMd5(encodeSecret(authentication.secret), signed))) {
    return { reason: 'authentication-data', detail: 'the password is another one' };
  }
  const { heard } = machine.ah;
  const before = heard.get(source);
  if (before !== undefined && sequence <= before) {
    const detail = `${source} has sent number ${before} already, this is ${sequence}`;
    return { reason: 'signature-replayed', detail };
  }
  heard.set(source, sequence);
  return undefined;
}

/**
 * A sender that fell silent may have been started anew and count from 1 again, as keepalived does: who takes over from it
 * must hear it, or both would be masters for ever.
 */
export function forgetAh(machine: Machine): void {
  const highest = Math.max(machine.ah.given, ...machine.ah.heard.values());
  machine.ah.heard.clear();
  machine.ah.given = highest;
}
