/** The sockets that the machines need. A level, compared with what was asked for last. */
import { familyOf } from '../../base/address.ts';
import type { Endpoint, LinkIndex } from '../../ports.ts';
import type { Machine } from '../machine.ts';

/** Less than the kernel has room for by itself. */
const ROOM_LEAST = 128;
/** What an advertisement may be long to count as a small datagram. */
const SMALL = 512;
const ADDRESS_LENGTH = { ipv4: 4, ipv6: 16 } as const;

/** One for each set of sockets that differ in where, how and for whom they listen. */
export function endpointsOf(machines: Iterable<Machine>): readonly Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
  const rooms = new Map<string, number>();
  for (const machine of machines) {
    const { model, link, source } = machine;
    if (model.interface !== undefined && link === undefined) continue;
    if (model.interface === undefined && source === undefined) continue;
    const group = model.transport.kind === 'multicast' ? model.transport.group : undefined;
    const family = group === undefined ? model.family : familyOf(group);
    const index = link?.index ?? (0 as LinkIndex);
    const ah = model.authentication.kind === 'ah';
    const key = `${index}|${family}|${group ?? ''}|${ah}`;
    const full = model.receiveFullSize;
    const sized = full === undefined || link === undefined ? undefined : full * link.mtu;
    const buffer = largest(endpoints.get(key)?.receiveBuffer, model.receiveBuffer ?? sized);
    const endpoint = { link: index, family, group, receiveBuffer: buffer };
    endpoints.set(key, ah ? { ...endpoint, ah } : endpoint);
    rooms.set(key, (rooms.get(key) ?? 0) + patienceOf(machine));
  }
  return [...endpoints].map(([key, endpoint]) => {
    const room = rooms.get(key) ?? 0;
    return room <= ROOM_LEAST ? endpoint : { ...endpoint, receiveRoom: roundUp(room) };
  });
}

/**
 * The most that its master sends while this process stands still without noticing: it takes over when it is served up to one
 * interval after the master down interval, and must find all of that unread, or it would take a living master for dead.
 */
function patienceOf({ model }: Machine): number {
  const { downTimerAdverts, addresses, family } = model;
  const bytes = addresses.length * ADDRESS_LENGTH[family];
  return (downTimerAdverts + 2) * (1 + Math.floor(bytes / SMALL));
}

/** To a power of two, so that few reloads change it. */
function roundUp(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}

export function sameEndpoints(one: readonly Endpoint[], other: readonly Endpoint[]): boolean {
  return (
    one.length === other.length &&
    one.every((endpoint, index) => {
      const twin = other[index];
      return (
        twin !== undefined &&
        twin.link === endpoint.link &&
        twin.family === endpoint.family &&
        twin.group === endpoint.group &&
        twin.ah === endpoint.ah &&
        twin.receiveBuffer === endpoint.receiveBuffer &&
        twin.receiveRoom === endpoint.receiveRoom
      );
    })
  );
}

function largest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.max(one, other);
}
