/**
 * A balancer's model for channels and for keeping. With tens of thousands of servers most of the time of a start went into
 * copying objects from process to process: here the process that read the file packs each service, the supervisor hands
 * bytes on without looking into them, and the balancer unpacks what is new to it.
 */
import { deserialize } from 'node:v8';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import type {
  BalancedServer,
  BalancedService,
  BalancerModel,
  PlaneModel,
  ServerCheck,
} from '../../engine/balancer/model.ts';

export interface PackedModel {
  readonly plane: PlaneModel;
  /** In the order of the configuration. */
  readonly services: readonly ServiceHead[];
  /** The BFD sessions that servers depend on. */
  readonly sessions: readonly string[];
  /** Where in `bytes` each of them ends. */
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

/** What the supervisor itself asks of a service. */
export interface ServiceHead extends Pick<BalancedService, 'id' | 'label' | 'keys' | 'alias'> {}

export const nothingPacked: PackedModel = {
  ...{ services: [], sessions: [], ends: new Uint32Array(0), bytes: new Uint8Array(0) },
  plane: {
    kind: undefined,
    timeouts: undefined,
    flushAtStart: false,
    flushAtStop: undefined,
    synchronisation: undefined,
  },
};

/** What the plane knows the services by, each once. */
export function keysOf({ services }: PackedModel): readonly ServiceKey[] {
  const keys = new Map<string, ServiceKey>();
  for (const service of services) for (const key of service.keys) keys.set(serviceName(key), key);
  return [...keys.values()];
}

/** What most servers of a service have in common. */
export type Common = Omit<BalancedServer, 'name' | 'label' | 'address' | 'port' | 'checks'>;

export interface PackedService extends Omit<BalancedService, 'servers'> {
  readonly commons: readonly Common[];
  readonly rows: readonly Row[];
}

export type Row = readonly [
  name: string,
  label: string,
  address: BalancedServer['address'],
  port: number | undefined,
  /** The place in `commons`. */
  common: number,
  checks: readonly ServerCheck[],
];

export function unpackModel(packed: PackedModel): BalancerModel {
  const { plane, ends } = packed;
  return { plane, services: Array.from(ends, (_, place) => unpackService(packed, place)) };
}

export function unpackService(
  packed: Pick<PackedModel, 'bytes' | 'ends'>,
  place: number,
): BalancedService {
  const { commons, rows, ...rest }: PackedService = deserialize(bytesAt(packed, place));
  const servers = rows.map(([name, label, address, port, common, checks]): BalancedServer => {
    const own = commons[common];
    if (own === undefined) throw new Error('broken invariant: a packed server has settings');
    return { name, label, address, port, checks, ...own };
  });
  return { ...rest, servers };
}

/** By `BalancedService.id`. */
export function serviceNamed(packed: PackedModel, id: string): BalancedService | undefined {
  const place = packed.services.findIndex((head) => head.id === id);
  return place < 0 ? undefined : unpackService(packed, place);
}

/** The model with the services at these places alone. */
export function packedAt(packed: PackedModel, places: readonly number[]): PackedModel {
  const services = places.map((place) => packed.services[place]);
  return {
    ...packed,
    services: services.filter((head) => head !== undefined),
    ...joined(places.map((place) => bytesAt(packed, place))),
  };
}

/** Of the service at this place. Two services are the same when their bytes are. */
export function bytesAt(
  { bytes, ends }: Pick<PackedModel, 'bytes' | 'ends'>,
  place: number,
): Uint8Array {
  return bytes.subarray(ends[place - 1] ?? 0, ends[place] ?? 0);
}

export function joined(parts: readonly Uint8Array[]): Pick<PackedModel, 'ends' | 'bytes'> {
  const ends = new Uint32Array(parts.length);
  let length = 0;
  for (const [place, { length: own }] of parts.entries()) {
    length += own;
    ends[place] = length;
  }
  return { ends, bytes: Buffer.concat(parts, length) };
}
