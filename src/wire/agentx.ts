/** AgentX (RFC 2741): what a sub-agent says to its master. All in network byte order. */
import { utf8Bytes, writeUint16, writeUint32 } from '../base/bytes.ts';
import { type Oid, type SnmpValue, type Varbind, valueTypes } from './agentx-values.ts';

/** RFC 2741 6.1. */
export const HEADER_LENGTH = 20;
export const AGENTX_VERSION = 1;
export const FLAG_NETWORK_ORDER = 0x10;

export const pduTypes = {
  open: 1,
  close: 2,
  register: 3,
  unregister: 4,
  get: 5,
  'get-next': 6,
  'get-bulk': 7,
  'test-set': 8,
  'commit-set': 9,
  'undo-set': 10,
  'cleanup-set': 11,
  notify: 12,
  ping: 13,
  response: 18,
} as const;

/** Errors of a response: SNMP's own and those of RFC 2741 6.2.16. */
export const agentxErrors = {
  none: 0,
  generic: 5,
  noAccess: 6,
  wrongType: 7,
  wrongLength: 8,
  wrongValue: 10,
  noCreation: 11,
  commitFailed: 14,
  notWritable: 17,
  openFailed: 256,
  notOpen: 257,
  duplicateRegistration: 263,
  requestDenied: 267,
  processingError: 268,
} as const;

export interface PduIds {
  readonly session: number;
  readonly transaction: number;
  readonly packet: number;
}

export type SubagentPdu = PduIds &
  (
    | { readonly kind: 'open'; readonly description: string }
    /** Reason 5: the sub-agent ends. */
    | { readonly kind: 'close' }
    | {
        readonly kind: 'register';
        readonly subtree: Oid;
        readonly priority: number;
        /** Seconds that the master waits for an answer. */
        readonly timeout: number;
      }
    | { readonly kind: 'ping' }
    | { readonly kind: 'notify'; readonly varbinds: readonly Varbind[] }
    | {
        readonly kind: 'response';
        readonly error: number;
        /** Of the variable, from 1 on. */
        readonly index: number;
        readonly varbinds: readonly Varbind[];
      }
  );

export function encodePdu(pdu: SubagentPdu): Uint8Array {
  const out = new Writer();
  out.bytes([AGENTX_VERSION, pduTypes[pdu.kind], FLAG_NETWORK_ORDER, 0]);
  out.uint32(pdu.session);
  out.uint32(pdu.transaction);
  out.uint32(pdu.packet);
  out.uint32(0);
  writeBody(out, pdu);
  const bytes = out.take();
  writeUint32(bytes, 16, bytes.length - HEADER_LENGTH);
  return bytes;
}

function writeBody(out: Writer, pdu: SubagentPdu): void {
  switch (pdu.kind) {
    case 'open':
      // No timeout of its own, and no identifier of the sub-agent.
      out.uint32(0);
      out.oid([]);
      out.octets(utf8Bytes(pdu.description));
      return;
    case 'close':
      out.bytes([5, 0, 0, 0]);
      return;
    case 'register':
      out.bytes([pdu.timeout, pdu.priority, 0, 0]);
      out.oid(pdu.subtree);
      return;
    case 'ping':
      return;
    case 'notify':
      for (const varbind of pdu.varbinds) writeVarbind(out, varbind);
      return;
    case 'response':
      // The master ignores our time.
      out.uint32(0);
      out.uint16(pdu.error);
      out.uint16(pdu.index);
      for (const varbind of pdu.varbinds) writeVarbind(out, varbind);
  }
}

function writeVarbind(out: Writer, { oid, value }: Varbind): void {
  out.uint16(valueTypes[value.kind]);
  out.uint16(0);
  out.oid(oid);
  writeValue(out, value);
}

function writeValue(out: Writer, value: SnmpValue): void {
  switch (value.kind) {
    case 'integer':
    case 'counter':
    case 'gauge':
    case 'ticks':
      out.uint32(value.value);
      return;
    case 'counter64':
      out.uint32(Number((value.value >> 32n) & 0xffffffffn));
      out.uint32(Number(value.value & 0xffffffffn));
      return;
    case 'string':
    case 'address':
    case 'opaque':
      out.octets(value.value);
      return;
    case 'oid':
      out.oid(value.value);
      return;
    case 'null':
    case 'no-such-object':
    case 'no-such-instance':
    case 'end-of-view':
      return;
  }
}

/** 1.3.6.1, which one number after it may shorten (RFC 2741 5.1). */
const internet: Oid = [1, 3, 6, 1];

class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  bytes(bytes: ArrayLike<number>): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  uint16(value: number): void {
    const at = this.#grow(2);
    writeUint16(this.#bytes, at, value);
  }

  uint32(value: number): void {
    const at = this.#grow(4);
    writeUint32(this.#bytes, at, value);
  }

  octets(octets: Uint8Array): void {
    this.uint32(octets.length);
    this.bytes(octets);
    this.#grow((4 - (octets.length % 4)) % 4);
  }

  oid(oid: Oid): void {
    const prefix = oid[4] ?? 0;
    const shortens =
      prefix > 0 && prefix < 256 && internet.every((number, at) => oid[at] === number);
    const rest = shortens ? oid.slice(5) : oid;
    this.bytes([rest.length, shortens ? prefix : 0, 0, 0]);
    for (const number of rest) this.uint32(number);
  }

  #grow(by: number): number {
    const at = this.#length;
    this.#length += by;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }
}
