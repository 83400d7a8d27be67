/** Signs the advertisements of a machine, and judges the signatures of others (`auth_hmac`, behaviour section 13). */
import type { Address } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import { type Duration, type WallTime, wallTime } from '../../base/units.ts';
import type { Notary, ReceivedDatagram } from '../../ports.ts';
import {
  encodeSeal,
  findSeal,
  isLater,
  isTag,
  type Seal,
  type Sequence,
  sealedBytes,
  withSeal,
} from '../../wire/seal.ts';
import { decodedLength } from '../../wire/vrrp.ts';
import type { Machine } from '../machine.ts';
import type { SigningModel } from '../model.ts';
import type { OutgoingDatagram } from '../output.ts';
import type { RejectReason } from '../report.ts';

/** How many senders to a group are remembered; the one that was silent longest is forgotten first. */
const SENDERS_MAX = 4;
const SECOND = 1_000_000;
const FRACTIONS = 65_536;

/** What a machine remembers of signatures. */
export interface SignatureMemory {
  /** The last one that was given out. */
  given: Sequence | undefined;
  /** The last one that was accepted of each sender; who was heard last comes last. */
  readonly heard: Map<Address, Sequence>;
}

export function createSignatureMemory(): SignatureMemory {
  return { given: undefined, heard: new Map() };
}

/** The same advertisement to each peer carries the same signature. */
export function sign(
  machine: Machine,
  datagrams: readonly OutgoingDatagram[],
  notary: Notary | undefined,
): readonly OutgoingDatagram[] {
  const { signing } = machine.model;
  const [first] = datagrams;
  if (signing?.activeKey === undefined || first === undefined) return datagrams;
  invariant(notary !== undefined, 'signing needs a notary');
  const sequence = nextSequence(machine.signatures.given, notary.wall());
  machine.signatures.given = sequence;
  const seal = encodeSeal({ keyId: signing.activeKey, ...sequence });
  const key = keyBytes(signing, signing.activeKey);
  invariant(key !== undefined, `there is no key ${signing.activeKey}`);
  const mac = notary.hmacSha256(key, sealedBytes(first.payload, first.source, seal));
  return datagrams.map((one) => ({ ...one, payload: withSeal(one.payload, seal, mac) }));
}

/** Civil time, and further where that stands still or goes back: a receiver takes nothing twice. */
function nextSequence(before: Sequence | undefined, now: WallTime): Sequence {
  const seconds = Math.floor(now / SECOND) >>> 0;
  const fraction = Math.floor(((now % SECOND) * FRACTIONS) / SECOND);
  const sequence = { seconds, fraction, count: 0 };
  if (before === undefined || isLater(sequence, before)) return sequence;
  if (before.count < 0xffff) return { ...before, count: before.count + 1 };
  const carried = before.fraction + 1;
  if (carried < FRACTIONS) return { seconds: before.seconds, fraction: carried, count: 0 };
  return { seconds: (before.seconds + 1) >>> 0, fraction: 0, count: 0 };
}

export type SignatureFault = { readonly reason: RejectReason; readonly detail: string };

/** undefined where the datagram may be heeded; then its sequence is remembered. The message must have been decoded. */
export function checkSignature(
  machine: Machine,
  { payload, source }: ReceivedDatagram,
  notary: Notary | undefined,
): SignatureFault | undefined {
  const { signing, family } = machine.model;
  if (signing === undefined) return undefined;
  invariant(notary !== undefined, 'checking signatures needs a notary');
  const length = decodedLength(payload, family);
  const found = findSeal(payload, length);
  switch (found.kind) {
    case 'none':
      return signing.mode === 'enforce'
        ? { reason: 'signature-missing', detail: `${source} does not sign what it sends` }
        : undefined;
    case 'malformed':
      return { reason: 'signature-malformed', detail: found.detail };
    case 'seal':
      break;
  }
  const { seal, bytes } = found;
  const key = keyBytes(signing, seal.keyId);
  if (key === undefined)
    return { reason: 'signature-key', detail: `key ${seal.keyId} is not here` };
  const mac = notary.hmacSha256(key, sealedBytes(payload.subarray(0, length), source, bytes));
  if (!isTag(bytes, mac)) {
    return { reason: 'signature-wrong', detail: `it was not made with key ${seal.keyId}` };
  }
  return age(seal, signing.window, notary.wall()) ?? remember(machine, source, seal);
}

function age(
  { seconds }: Seal,
  window: Duration | undefined,
  now: WallTime,
): SignatureFault | undefined {
  if (window === undefined) return undefined;
  const here = Math.floor(wallTime(now) / SECOND) >>> 0;
  const apart = (seconds - here) | 0;
  if (Math.abs(apart) * SECOND <= window) return undefined;
  const where = apart < 0 ? 'behind' : 'ahead of';
  const allowed = window / SECOND;
  return {
    reason: 'signature-stale',
    detail: `the clock of its sender is ${Math.abs(apart)} s ${where} ours, ${allowed} s are allowed`,
  };
}

function remember(machine: Machine, source: Address, seal: Seal): SignatureFault | undefined {
  const { heard } = machine.signatures;
  const before = heard.get(source);
  if (before !== undefined && !isLater(seal, before)) {
    return { reason: 'signature-replayed', detail: `${source} has signed a later one already` };
  }
  heard.delete(source);
  heard.set(source, { seconds: seal.seconds, fraction: seal.fraction, count: seal.count });
  const { transport } = machine.model;
  const limit = transport.kind === 'multicast' ? SENDERS_MAX : transport.peers.length + 1;
  const [oldest] = heard.keys();
  if (heard.size > limit && oldest !== undefined) heard.delete(oldest);
  return undefined;
}

function keyBytes({ keys }: SigningModel, id: number): Uint8Array | undefined {
  const hex = keys.find((key) => key.id === id)?.hex;
  if (hex === undefined) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (const at of bytes.keys()) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}
