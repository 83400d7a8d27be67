/**
 * The text of /proc/net/ip_vs: the services of a namespace, each with its servers behind it. To read it takes a seventh of
 * the time that a dump of the same over netlink takes, and it tells less: nothing of connection limits, tunnels and the flags
 * of a scheduler.
 *
 *   TCP  C0000201:0050 wlc persistent 300 FFFFFFFF
 *     -> 0A000001:0050      Route   1      0          0
 *
 * Decoders are total: a record that is no service of ours is undefined.
 */
import { type Address, addressAt, type Family, familyOf, parseAddress } from '../base/address.ts';
import { writeUint32 } from '../base/bytes.ts';
import type { Forwarding, ServerKey, ServiceKey, ServiceProtocol } from '../base/service.ts';

export interface ListedServer extends ServerKey {
  /** undefined where the word for it says nothing of it. */
  readonly forwarding: Forwarding['kind'] | undefined;
  readonly weight: number;
}

export interface ListedService {
  readonly key: ServiceKey;
  readonly scheduler: string;
  /** undefined for IPv6, of which the kernel does not tell it. */
  readonly onePacket: boolean | undefined;
  readonly persistence: ListedPersistence | undefined;
  readonly servers: readonly ListedServer[];
}

export interface ListedPersistence {
  /** So many of them are a second as the kernel was built for: 100, 250, 300 or 1,000. */
  readonly ticks: number;
  /** undefined for IPv6. */
  readonly prefix: number | undefined;
}

const newline = 10;
const space = 32;
/** Of the words of a server's line those up to its weight are what somebody has set; the rest counts connections. */
const wordsOfServer = 4;

/** What has been read of a listing, from where a record begins. */
export interface ListingPart {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Nothing follows. */
  readonly isEnd: boolean;
}

/** `digest` is another number when anything in the record is another thing, but for the connections of its servers. */
export type RecordVisitor = (from: number, to: number, digest: number) => void;

/** Shows each whole record. Returns where the one begins that may not be whole yet. */
export function scanListing({ bytes, length, isEnd }: ListingPart, visit: RecordVisitor): number {
  let from = 0;
  let [one, two] = [first, second];
  for (let at = 0; at < length; ) {
    const end = bytes.indexOf(newline, at);
    if (end < 0 || end >= length) break;
    const isServer = bytes[at] === space;
    if (!isServer && at > from) {
      visit(from, at, joined(one, two));
      from = at;
      [one, two] = [first, second];
    }
    const until = isServer ? endOfWords(bytes, at, end) : end;
    for (let each = at; each < until; each += 1) {
      const byte = bytes[each] ?? 0;
      one = Math.imul(one ^ byte, 0x0100_0193);
      two = Math.imul(two ^ byte, 0x85eb_ca6b) ^ (two >>> 15);
    }
    at = end + 1;
  }
  if (!isEnd) return from;
  if (length > from) visit(from, length, joined(one, two));
  return length;
}

const first = 0x811c_9dc5;
const second = 0x9e37_79b9;

/** 53 bits of both. */
function joined(one: number, two: number): number {
  return (one >>> 0) * 0x20_0000 + (two >>> 11);
}

function endOfWords(bytes: Uint8Array, from: number, end: number): number {
  let words = 0;
  for (let at = from; at < end; at += 1) {
    if (bytes[at] === space && bytes[at - 1] !== space && at > from) words += 1;
    if (words === wordsOfServer) return at;
  }
  return end;
}

const protocols: Readonly<Record<string, ServiceProtocol>> = {
  TCP: 'tcp',
  UDP: 'udp',
  SCTP: 'sctp',
};
const forwardings: Readonly<Record<string, Forwarding['kind']>> = {
  Masq: 'nat',
  Route: 'direct',
  Tunnel: 'tunnel',
};

/** One record: a line of a service, and one for each of its servers. */
export function decodeListed(text: string): ListedService | undefined {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [protocol = '', place = '', scheduler = '', ...options] = head.trimEnd().split(/ +/);
  const servers = lines.map(decodeServer).filter((server) => server !== undefined);
  const key = keyOf(protocol, place, servers);
  if (key === undefined || scheduler === '' || servers.length < lines.length) return undefined;
  const family = key.kind === 'mark' ? key.family : familyOf(key.address);
  const isTold = family === 'ipv4' || key.kind === 'mark';
  return {
    ...{ key, scheduler, servers },
    onePacket: isTold ? options.includes('ops') : undefined,
    persistence: persistenceOf(options, family),
  };
}

/** Of a mark the family is not told: it is that of its servers. */
function keyOf(
  protocol: string,
  place: string,
  servers: readonly ListedServer[],
): ServiceKey | undefined {
  if (protocol === 'FWM') {
    const [server] = servers;
    const family = server === undefined ? 'ipv4' : familyOf(server.address);
    return { kind: 'mark', family, mark: Number.parseInt(place, 16) };
  }
  const known = protocols[protocol];
  const listed = placeOf(place);
  return known === undefined || listed === undefined
    ? undefined
    : { kind: 'address', protocol: known, ...listed };
}

function decodeServer(line: string): ListedServer | undefined {
  const [, place = '', method = '', weight = ''] = line.trimStart().split(/ +/);
  const key = placeOf(place);
  if (key === undefined) return undefined;
  return { ...key, forwarding: forwardings[method], weight: Number(weight) };
}

/** `C0000201:0050`, `[2001:0db8:0000:0000:0000:0000:0000:0001]:0050`. */
function placeOf(text: string): ServerKey | undefined {
  const colon = text.lastIndexOf(':');
  const address = addressOf(text.slice(0, colon));
  const port = Number.parseInt(text.slice(colon + 1), 16);
  return colon < 0 || address === undefined || Number.isNaN(port) ? undefined : { address, port };
}

function addressOf(text: string): Address | undefined {
  if (text.startsWith('[')) return parseAddress(text.slice(1, -1));
  if (!/^[0-9A-F]{8}$/.test(text)) return undefined;
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, Number.parseInt(text, 16));
  return addressAt(bytes, 0, 'ipv4');
}

function persistenceOf(options: readonly string[], family: Family): ListedPersistence | undefined {
  const at = options.indexOf('persistent');
  if (at < 0) return undefined;
  const mask = Number.parseInt(options[at + 2] ?? '', 16);
  const prefix = family === 'ipv4' ? Math.clz32(~mask) : undefined;
  return { ticks: Number(options[at + 1]), prefix };
}
