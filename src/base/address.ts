/**
 * Network addresses as branded canonical strings: equality is `===`, a map key is the address itself, and a
 * message or a log line needs no conversion. IPv4 is dotted decimal, IPv6 the form of RFC 5952 without zone,
 * a link-layer address lower-case hex pairs joined by colons.
 */

import { byteAt, uint16At } from './bytes.ts';

declare const kind: unique symbol;

export type Ipv4 = string & { readonly [kind]: 'ipv4' };
export type Ipv6 = string & { readonly [kind]: 'ipv6' };
export type Address = Ipv4 | Ipv6;
export type Mac = string & { readonly [kind]: 'mac' };
export type Family = 'ipv4' | 'ipv6';

/** Character codes. */
const DOT = 0x2e;
const ZERO = 0x30;
const LETTERS = 0x61;

export function familyOf(address: Address): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The address that `text` spells, or undefined. Accepts no prefix, no zone and no blanks. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Four decimal numbers without leading zeros have one spelling only, so the text itself is the address. */
export function parseIpv4(text: string): Ipv4 | undefined {
  let dots = 0;
  let octet = -1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit === -2 && octet >= 0) {
      dots += 1;
      octet = -1;
    } else if (digit >= 0 && digit <= 9 && octet !== 0) {
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? (text as Ipv4) : undefined;
}

export function parseIpv6(text: string): Ipv6 | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return renderGroups([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** The 16-bit groups of one side of `::`; the last may be a dotted IPv4 address when `mayEndDotted`. */
function groupsOf(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (mayEndDotted && index === parts.length - 1 && part.includes('.')) {
      const dotted = parseIpv4(part);
      if (dotted === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = addressBytes(dotted);
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** RFC 5952 4: no leading zeros, lower case, `::` for the first longest run of two or more zero groups. */
function renderGroups(groups: readonly number[]): Ipv6 {
  let runStart = -1;
  let runLength = 1;
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > runLength) {
      runStart = start;
      runLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (runStart < 0) return hex.join(':') as Ipv6;
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}` as Ipv6;
}

/** 4 bytes or 16. */
export function addressLength(family: Family): 4 | 16 {
  return family === 'ipv4' ? 4 : 16;
}

/** Network byte order: 4 or 16 bytes. */
export function addressBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(addressLength(familyOf(address)));
  writeAddress(bytes, 0, address);
  return bytes;
}

/** Writes the 4 or 16 bytes of an address, in network byte order, from `at` on. For IPv4 nothing is allocated. */
export function writeAddress(bytes: Uint8Array, at: number, address: Address): void {
  if (familyOf(address) === 'ipv4') {
    writeOctets(bytes, at, address);
    return;
  }
  const [head = '', tail = ''] = address.split('::');
  bytes.fill(0, at, at + 16);
  writeGroups(bytes, at, head);
  if (tail !== '') writeGroups(bytes, at + 16 - tail.split(':').length * 2, tail);
}

function writeOctets(bytes: Uint8Array, at: number, text: string): void {
  let end = at;
  let octet = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      bytes[end] = octet;
      end += 1;
      octet = 0;
    } else octet = octet * 10 + code - ZERO;
  }
  bytes[end] = octet;
}

function writeGroups(bytes: Uint8Array, at: number, text: string): void {
  if (text === '') return;
  for (const [index, group] of text.split(':').entries()) {
    const value = Number.parseInt(group, 16);
    bytes[at + index * 2] = value >> 8;
    bytes[at + index * 2 + 1] = value & 0xff;
  }
}

/** The address that 4 or 16 bytes in network order spell; undefined for any other length. */
export function addressFromBytes(bytes: Uint8Array): Address | undefined {
  if (bytes.length === 4) return addressAt(bytes, 0, 'ipv4');
  return bytes.length === 16 ? addressAt(bytes, 0, 'ipv6') : undefined;
}

/** The address whose bytes begin at `at`. The caller knows that all of them are there. */
export function addressAt(bytes: Uint8Array, at: number, family: 'ipv4'): Ipv4;
export function addressAt(bytes: Uint8Array, at: number, family: Family): Address;
export function addressAt(bytes: Uint8Array, at: number, family: Family): Address {
  if (family === 'ipv4') {
    return `${byteAt(bytes, at)}.${byteAt(bytes, at + 1)}.${byteAt(bytes, at + 2)}.${byteAt(bytes, at + 3)}` as Ipv4;
  }
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) groups.push(uint16At(bytes, at + index));
  return renderGroups(groups);
}

/** Orders two addresses of one family as unsigned integers in network byte order (RFC 9568 6.4.3). */
export function compareAddresses(one: Address, other: Address): number {
  const left = addressBytes(one);
  const right = addressBytes(other);
  for (const [index, byte] of left.entries()) {
    const difference = byte - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export function isMulticast(address: Address): boolean {
  const first = addressBytes(address)[0] ?? 0;
  return familyOf(address) === 'ipv4' ? first >= 224 && first < 240 : first === 0xff;
}

export function isLinkLocal(address: Address): boolean {
  const [first = 0, second = 0] = addressBytes(address);
  if (familyOf(address) === 'ipv4') return first === 169 && second === 254;
  return first === 0xfe && (second & 0xc0) === 0x80;
}

export function parseMac(text: string): Mac | undefined {
  const parts = text.toLowerCase().split(':');
  if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/.test(part))) return undefined;
  return parts.map((part) => part.padStart(2, '0')).join(':') as Mac;
}

export function macBytes(mac: Mac): Uint8Array {
  const bytes = new Uint8Array(6);
  writeMac(bytes, 0, mac);
  return bytes;
}

/** Writes the 6 bytes of a link-layer address from `at` on. Nothing is allocated. */
export function writeMac(bytes: Uint8Array, at: number, mac: Mac): void {
  for (let index = 0; index < 6; index += 1) {
    bytes[at + index] = (hexAt(mac, index * 3) << 4) | hexAt(mac, index * 3 + 1);
  }
}

/** Of a digit in lower case, as a canonical text has it. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < LETTERS ? code - ZERO : code - LETTERS + 10;
}

export function macFromBytes(bytes: Uint8Array): Mac | undefined {
  return bytes.length === 6 ? macAt(bytes, 0) : undefined;
}

/** The link-layer address whose 6 bytes begin at `at`. The caller knows that all of them are there. */
export function macAt(bytes: Uint8Array, at: number): Mac {
  const pairs: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    pairs.push(
      byteAt(bytes, at + index)
        .toString(16)
        .padStart(2, '0'),
    );
  }
  return pairs.join(':') as Mac;
}
