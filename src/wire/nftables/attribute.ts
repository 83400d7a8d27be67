/** Attributes as nf_tables wants them: numbers in network byte order, bytes as they stand in a register. */
import { type NetlinkAttribute, nestedAttribute, uint32Of } from '../netlink.ts';

export function networkUint32(type: number, number: number): NetlinkAttribute {
  const value = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  return { type, value };
}

/** Whole milliseconds and the like, below 2^53. */
export function networkUint64(type: number, number: number): NetlinkAttribute {
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  view.setUint32(0, Math.floor(number / 0x1_0000_0000));
  view.setUint32(4, number >>> 0);
  return { type, value };
}

export function networkUint32Of(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}

/** Exact up to 2^53, which a byte counter reaches after 9 petabytes. */
export function networkUint64Of(bytes: Uint8Array | undefined): number {
  if (bytes === undefined || bytes.length < 8) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4);
}

const NLA_NESTED = 0x8000;

export function nest(type: number, attributes: readonly NetlinkAttribute[]): NetlinkAttribute {
  return nestedAttribute(type | NLA_NESTED, attributes);
}

const NFTA_DATA_VALUE = 1;
const NFTA_DATA_VERDICT = 2;
const NFTA_VERDICT_CODE = 1;
const NFTA_VERDICT_CHAIN = 2;
const NFT_GOTO = -4;

/** What a packet is told to do. */
export type Verdict = 'accept' | 'drop' | { readonly goto: string };

/** A value within an attribute of type `type`. */
export function dataAttribute(type: number, value: Uint8Array): NetlinkAttribute {
  return nest(type, [{ type: NFTA_DATA_VALUE, value }]);
}

export function verdictAttribute(type: number, verdict: Verdict): NetlinkAttribute {
  const attributes =
    typeof verdict === 'string'
      ? [networkUint32(NFTA_VERDICT_CODE, verdict === 'accept' ? 1 : 0)]
      : [
          networkUint32(NFTA_VERDICT_CODE, NFT_GOTO),
          nameAttribute(NFTA_VERDICT_CHAIN, verdict.goto),
        ];
  return nest(type, [nest(NFTA_DATA_VERDICT, attributes)]);
}

/** ASCII with the terminating zero. */
export function nameAttribute(type: number, name: string): NetlinkAttribute {
  return { type, value: textBytes(name) };
}

export function textBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** How libnftables stores a comment: type 0, length, text with its zero. At most 253 characters. */
export function commentBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + 3);
  bytes[1] = text.length + 1;
  bytes.set(textBytes(text), 2);
  return bytes;
}

/** The text of a comment, or empty where there is something else. */
export function commentOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes[0] !== 0) return '';
  return String.fromCharCode(...bytes.subarray(2, 1 + (bytes[1] ?? 0)));
}

/** 32 bits as the host keeps them, which is how nf_tables compares marks and numbers of its own. */
export function hostUint32(number: number): Uint8Array {
  return Uint8Array.of(number, number >>> 8, number >>> 16, number >>> 24);
}

export const hostUint32Of = uint32Of;
