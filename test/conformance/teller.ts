/** What the engine asks of the world, in words. Long runs of the same are told by their ends and their number. */
import { addressAt, familyOf } from '../../src/base/address.ts';
import { entryWords } from '../../src/engine/entries/words.ts';
import type { Report } from '../../src/engine/report.ts';
import {
  type Datagram,
  type Frame,
  isLinking,
  isRouting,
  type KernelOperation,
  type LinkIndex,
  type LinkOperation,
  type OperationResult,
  type RoutingOperation,
} from '../../src/ports.ts';
import { decodeAnnouncement } from '../../src/wire/neighbor.ts';
import { decodeAdvertisement } from '../../src/wire/vrrp.ts';
import type { Teller } from './recording-ports.ts';
import { tellCause, tellFields } from './tell.ts';
import { tellTime } from './words.ts';

/** More addresses than this are told by the first, the last and their number. */
const LONG = 4;

export function createTeller(nameOf: (link: LinkIndex) => string): Teller {
  return {
    sent: (datagrams) => datagrams.map((datagram) => tellDatagram(datagram)),
    announced: (frames) => tellFrames(frames, nameOf),
    applied: (operations, results) => tellOperations(operations, results, nameOf),
    listened: (endpoints) =>
      `listen ${endpoints
        .map(({ link, family, group }) => `${nameOf(link)} ${group ?? `unicast ${family}`}`)
        .join(', ')}`,
    guarded: (watches) => {
      const words = watches.map(({ link, addresses }) => `${nameOf(link)} ${tellList(addresses)}`);
      return `guard ${words.join(', ') || 'nothing'}`;
    },
    reported: tellReport,
  };
}

function tellDatagram(datagram: Datagram & { readonly instance?: string }): string {
  const { source, destination, hopLimit, payload } = datagram;
  const envelope = { family: familyOf(source), source, destination, checksum: 'standard' } as const;
  const decoded = decodeAdvertisement(payload, envelope);
  const lenient = { ...envelope, checksum: 'without-pseudo-header' } as const;
  const { ok } = decoded;
  const again = ok ? decoded : decodeAdvertisement(payload, lenient);
  if (!again.ok) return `send ${destination} ${again.error.reason}`;
  const { version, virtualRouterId, priority, interval, addresses, authentication } = again.value;
  const secret = authentication.kind === 'pass' ? ` auth ${tellSecret(authentication.data)}` : '';
  const ttl = hopLimit === 255 ? '' : ` ttl ${hopLimit}`;
  const sum = ok ? '' : ' checksum without pseudo header';
  const what = `v${version} vrid ${virtualRouterId} priority ${priority} every ${tellTime(interval)}`;
  return `send ${source} > ${destination} ${what}${secret}${ttl}${sum} [${tellList(addresses)}]`;
}

function tellSecret(data: Uint8Array): string {
  return `"${String.fromCharCode(...data.filter((byte) => byte !== 0))}"`;
}

function tellList(items: readonly string[]): string {
  if (items.length <= LONG) return items.join(' ');
  return `${items.length} from ${items[0]} to ${items.at(-1)}`;
}

function tellFrames(
  frames: readonly Frame[],
  nameOf: (link: LinkIndex) => string,
): readonly string[] {
  const rows = new Map<string, Map<string, number>>();
  for (const { link, bytes } of frames) {
    const { kind, address } = readFrame(bytes);
    const row = `${nameOf(link)} ${kind}`;
    const counts = rows.get(row) ?? new Map<string, number>();
    rows.set(row, counts.set(address, (counts.get(address) ?? 0) + 1));
  }
  return [...rows].map(([row, counts]) => {
    const most = Math.max(...counts.values());
    return `announce ${row} ${tellList([...counts.keys()])}${most > 1 ? ` x${most}` : ''}`;
  });
}

/** A question carries the address asked for where an announcement has its own, and is nobody's claim. */
function readFrame(bytes: Uint8Array): { readonly kind: string; readonly address: string } {
  const announcement = decodeAnnouncement(bytes);
  if (announcement !== undefined) return announcement;
  if (bytes[12] === 0x08) return { kind: 'arp-probe', address: addressAt(bytes, 38, 'ipv4') };
  if (bytes[54] === 135) return { kind: 'solicitation', address: addressAt(bytes, 62, 'ipv6') };
  return { kind: 'malformed', address: '' };
}

function tellOperations(
  operations: readonly KernelOperation[],
  results: readonly OperationResult[],
  nameOf: (link: LinkIndex) => string,
): readonly string[] {
  const rows = new Map<string, string[]>();
  for (const [index, operation] of operations.entries()) {
    const result = results[index];
    const failed = result?.done === false ? ` fails: ${result.error.code}` : '';
    const [row, what] = tellOperation(operation, nameOf);
    const key = `${row}${failed}`;
    rows.set(key, [...(rows.get(key) ?? []), what]);
  }
  return [...rows].map(([row, addresses]) => {
    const [verb, ...rest] = row.split(' ');
    return [verb, tellList(addresses), ...rest].join(' ');
  });
}

function tellOperation(
  operation: KernelOperation,
  nameOf: (link: LinkIndex) => string,
): readonly [string, string] {
  if (operation.kind === 'set-sysctl') return ['sysctl', `${operation.name} = ${operation.value}`];
  if (operation.kind === 'ask-carrier') return ['ask for the carrier of', operation.interface];
  if (operation.kind === 'set-firewall') {
    const { name, addresses } = operation.firewall;
    return [`drop in ${name}`, addresses.join(' ')];
  }
  if (isRouting(operation)) return tellRouting(operation, nameOf);
  if (isLinking(operation)) return tellLinking(operation, nameOf);
  if (operation.kind === 'remove-address') {
    return [`remove on ${nameOf(operation.link)}`, `${operation.address}/${operation.prefix}`];
  }
  const { link, address, prefix, lifetime } = operation.address;
  const verb = operation.kind === 'add-address' ? 'add' : 'renew';
  const span = lifetime === undefined ? '' : ` for ${lifetime}s`;
  return [`${verb} on ${nameOf(link)}${span}`, `${address}/${prefix}`];
}

function tellLinking(
  operation: LinkOperation,
  nameOf: (link: LinkIndex) => string,
): readonly [string, string] {
  if (operation.kind === 'remove-link') return ['remove link', nameOf(operation.index)];
  if (operation.kind === 'set-link') return ['set up', nameOf(operation.index)];
  if (operation.kind === 'tell-link') return ['tell of', nameOf(operation.index)];
  const { name, parent, device } = operation.link;
  const mac = device.kind === 'macvlan' ? ` ${device.mac}` : '';
  return [`add ${device.kind} on ${nameOf(parent)}${mac}`, name];
}

function tellRouting(
  operation: RoutingOperation,
  nameOf: (link: LinkIndex) => string,
): readonly [string, string] {
  const verb = operation.kind.startsWith('add') ? 'add' : 'remove';
  const entry = { track: true, trackedBy: [] };
  if ('rule' in operation) {
    return [`${verb} as rule`, entryWords({ kind: 'rule', rule: operation.rule, ...entry })];
  }
  const { route } = operation;
  const hops = route.hops.map((hop) => ({
    ...hop,
    link: hop.link === undefined ? undefined : nameOf(hop.link),
  }));
  const mtu = route.metrics.mtu === undefined ? '' : ` mtu ${route.metrics.mtu}`;
  const named = { kind: 'route', route: { ...route, hops }, place: 'first', ...entry } as const;
  return [`${verb} as route`, `${entryWords(named)}${mtu}`];
}

function tellReport(report: Report): string {
  if (report.kind === 'transition') {
    const { instance, from, to, cause, priority } = report;
    return `report ${instance} ${from} -> ${to} at priority ${priority.effective}: ${tellCause(cause)}`;
  }
  const { kind, at: _, ...fields } = report;
  if (!('priority' in fields)) return ['report', kind, ...tellFields(fields)].join(' ');
  const { instance, state, priority } = fields;
  const terms = priority.terms.map(
    ({ from, amount }) => `${amount < 0 ? '' : '+'}${amount} ${from}`,
  );
  const sum = [priority.base, ...terms].join(' ');
  return `report priority ${instance} ${state}: ${sum} = ${priority.effective}`;
}
