/** AgentX (RFC 2741): what a master says to its sub-agent. Either byte order, as the flag of each datagram says. */
import { byteAt, uint32At } from '../base/bytes.ts';
import { failure, type Outcome, success } from '../base/outcome.ts';
import {
  AGENTX_VERSION,
  FLAG_NETWORK_ORDER,
  HEADER_LENGTH,
  type PduIds,
  pduTypes,
} from './agentx.ts';
import { type Oid, type SnmpValue, type Varbind, valueTypes } from './agentx-values.ts';

/** From `start`, itself included or not, up to but not including `end`; an empty end is none. */
export interface SearchRange {
  readonly start: Oid;
  readonly include: boolean;
  readonly end: Oid;
}

export type MasterPdu = PduIds &
  (
    | { readonly kind: 'get' | 'get-next'; readonly ranges: readonly SearchRange[] }
    | {
        readonly kind: 'get-bulk';
        readonly ranges: readonly SearchRange[];
        readonly nonRepeaters: number;
        readonly repetitions: number;
      }
    | { readonly kind: 'test-set'; readonly varbinds: readonly Varbind[] }
    | { readonly kind: 'commit-set' | 'undo-set' | 'cleanup-set' | 'close' }
    | { readonly kind: 'response'; readonly error: number }
  );

/** What no master sends: the rest of the stream means nothing. */
const LENGTH_MOST = 1 << 20;

/** The length of the first message in the stream; undefined while its header is not whole. */
export function frameLength(stream: Uint8Array): Outcome<number, string> | undefined {
  if (stream.length < HEADER_LENGTH) return undefined;
  if (byteAt(stream, 0) !== AGENTX_VERSION) {
    return failure(`version ${byteAt(stream, 0)} of AgentX, not 1`);
  }
  const payload = new Reader(stream, 16, stream.length).uint32();
  if (payload % 4 !== 0 || payload > LENGTH_MOST) {
    return failure(`a message of AgentX with ${payload} bytes`);
  }
  return success(HEADER_LENGTH + payload);
}

const contextFlag = 0x08;

/** Reads one whole message. */
export function decodePdu(bytes: Uint8Array): Outcome<MasterPdu, string> {
  const reader = new Reader(bytes, 4, bytes.length);
  const ids = {
    session: reader.uint32(),
    transaction: reader.uint32(),
    packet: reader.uint32(),
  };
  reader.skip(4);
  // A context that nobody registered: read over, so that what follows is found.
  if ((byteAt(bytes, 2) & contextFlag) !== 0) reader.octets();
  const body = bodyOf(byteAt(bytes, 1), reader);
  if (body === undefined) return failure(`a message of AgentX of type ${byteAt(bytes, 1)}`);
  if (reader.overran) return failure('a message of AgentX that is cut short');
  return success({ ...ids, ...body });
}

type Body = MasterPdu extends infer Pdu
  ? Pdu extends unknown
    ? Omit<Pdu, keyof PduIds>
    : never
  : never;

function bodyOf(type: number, reader: Reader): Body | undefined {
  switch (type) {
    case pduTypes.response: {
      reader.skip(4);
      const error = reader.uint16();
      return { kind: 'response', error };
    }
    case pduTypes.get:
      return { kind: 'get', ranges: readRanges(reader) };
    case pduTypes['get-next']:
      return { kind: 'get-next', ranges: readRanges(reader) };
    case pduTypes['get-bulk']: {
      const nonRepeaters = reader.uint16();
      const repetitions = reader.uint16();
      return { kind: 'get-bulk', nonRepeaters, repetitions, ranges: readRanges(reader) };
    }
    case pduTypes['test-set']:
      return { kind: 'test-set', varbinds: readVarbinds(reader) };
    case pduTypes['commit-set']:
      return { kind: 'commit-set' };
    case pduTypes['undo-set']:
      return { kind: 'undo-set' };
    case pduTypes['cleanup-set']:
      return { kind: 'cleanup-set' };
    case pduTypes.close:
      return { kind: 'close' };
    default:
      return undefined;
  }
}

function readRanges(reader: Reader): readonly SearchRange[] {
  const ranges: SearchRange[] = [];
  while (reader.left > 0) {
    const start = reader.oid();
    const end = reader.oid();
    ranges.push({ start: start.oid, include: start.include, end: end.oid });
  }
  return ranges;
}

const kinds = new Map(
  Object.entries(valueTypes).map(([kind, type]) => [type as number, kind as SnmpValue['kind']]),
);

function readVarbinds(reader: Reader): readonly Varbind[] {
  const varbinds: Varbind[] = [];
  while (reader.left > 0) {
    const kind = kinds.get(reader.uint16()) ?? 'null';
    reader.skip(2);
    const { oid } = reader.oid();
    varbinds.push({ oid, value: readValue(reader, kind) });
  }
  return varbinds;
}

function readValue(reader: Reader, kind: SnmpValue['kind']): SnmpValue {
  switch (kind) {
    case 'integer':
      return { kind, value: reader.uint32() | 0 };
    case 'counter':
    case 'gauge':
    case 'ticks':
      return { kind, value: reader.uint32() };
    case 'counter64':
      return { kind, value: reader.uint64() };
    case 'string':
    case 'address':
    case 'opaque':
      return { kind, value: reader.octets() };
    case 'oid':
      return { kind, value: reader.oid().oid };
    default:
      return { kind };
  }
}

/** Reads are total: past the end there are zeros, and `overran` remembers. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #isSwapped: boolean;
  readonly #end: number;
  #at: number;
  overran = false;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    this.#isSwapped = (byteAt(bytes, 2) & FLAG_NETWORK_ORDER) === 0;
  }

  get left(): number {
    return this.overran ? 0 : this.#end - this.#at;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#end) this.overran = true;
  }

  uint16(): number {
    const [one, other] = [byteAt(this.#bytes, this.#at), byteAt(this.#bytes, this.#at + 1)];
    this.skip(2);
    return this.#isSwapped ? (other << 8) | one : (one << 8) | other;
  }

  uint32(): number {
    const at = this.#at;
    this.skip(4);
    if (!this.#isSwapped) return uint32At(this.#bytes, at);
    const swapped = [3, 2, 1, 0].map((offset) => byteAt(this.#bytes, at + offset));
    return uint32At(Uint8Array.from(swapped), 0);
  }

  uint64(): bigint {
    const [first, second] = [BigInt(this.uint32()), BigInt(this.uint32())];
    return this.#isSwapped ? (second << 32n) | first : (first << 32n) | second;
  }

  octets(): Uint8Array {
    const length = this.uint32();
    const at = this.#at;
    this.skip(length + ((4 - (length % 4)) % 4));
    return this.#bytes.slice(at, Math.min(at + length, this.#end));
  }

  oid(): { readonly oid: Oid; readonly include: boolean } {
    const count = byteAt(this.#bytes, this.#at);
    const prefix = byteAt(this.#bytes, this.#at + 1);
    const include = byteAt(this.#bytes, this.#at + 2) !== 0;
    this.skip(4);
    const oid: number[] = prefix === 0 ? [] : [1, 3, 6, 1, prefix];
    for (let left = count; left > 0 && !this.overran; left -= 1) oid.push(this.uint32());
    return { oid, include };
  }
}
