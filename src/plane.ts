/**
 * What the balancer may ask of that which spreads connections: IPVS, or nftables. `linux/` implements it for both,
 * `sim/` without a kernel; one contract suite runs against all. Every value is plain data.
 */
import type {
  Forwarding,
  Server,
  ServerKey,
  ServerSettings,
  Service,
  ServiceKey,
  ServiceSettings,
} from './base/service.ts';
import type { OperationResult } from './ports.ts';

export type PlaneOperation =
  | { readonly kind: 'add-service'; readonly key: ServiceKey; readonly settings: ServiceSettings }
  | { readonly kind: 'edit-service'; readonly key: ServiceKey; readonly settings: ServiceSettings }
  /** Its servers go with it. */
  | { readonly kind: 'remove-service'; readonly key: ServiceKey }
  | { readonly kind: 'add-server'; readonly service: ServiceKey; readonly server: Server }
  | {
      readonly kind: 'edit-server';
      readonly service: ServiceKey;
      readonly server: ServerKey;
      readonly settings: ServerSettings;
    }
  | { readonly kind: 'remove-server'; readonly service: ServiceKey; readonly server: ServerKey };

/** Since the service or server was made. */
export interface Traffic {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface ServerTraffic extends Traffic {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** What the plane holds of one service, and what has gone through it, server by server in the same order. */
export interface ServiceTraffic {
  readonly key: ServiceKey;
  readonly traffic: Traffic;
  readonly servers: readonly { readonly key: ServerKey; readonly traffic: ServerTraffic }[];
}

/** Seconds before an idle connection is forgotten; undefined leaves what the kernel has. */
export interface ConnectionTimeouts {
  readonly tcp: number | undefined;
  readonly tcpFin: number | undefined;
  readonly udp: number | undefined;
}

/** A connection synchronisation daemon of the kernel (`lvs_sync_daemon`). */
export interface SyncDaemon {
  readonly role: 'master' | 'backup';
  readonly interface: string;
  /** 0 to 255. */
  readonly id: number;
  readonly maximumLength: number | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
  readonly group: string | undefined;
}

/** What a quick look shows of a service. What it does not show is undefined. */
export interface ServiceGlimpse {
  readonly key: ServiceKey;
  readonly scheduler: string;
  readonly onePacket: boolean | undefined;
  readonly persistence: PersistenceGlimpse | undefined;
  readonly servers: readonly ServerGlimpse[] | undefined;
}

/** Its length may be told in the kernel's own ticks alone, of which 100, 250, 300 or 1,000 are a second. */
export interface PersistenceGlimpse {
  readonly seconds?: number;
  readonly ticks?: number;
  readonly prefix: number | undefined;
}

export interface ServerGlimpse extends ServerKey {
  readonly forwarding: Forwarding['kind'] | undefined;
  readonly weight: number;
}

export interface Glimpse {
  /** Those that do not look as they did at the last glimpse, or were told to be otherwise since; at the first one all. */
  readonly services: readonly ServiceGlimpse[];
  /** Those that were there at the last glimpse, or were made since, and are not there. */
  readonly gone: readonly ServiceKey[];
  /** Whether servers are shown too. */
  readonly withServers: boolean;
}

export interface DataPlane {
  readonly kind: 'ipvs' | 'nftables';
  /**
   * Everything that the kernel holds, whoever made it. nftables tells of its own table alone; IPVS has one table for
   * everybody, so that telling ours from others' is the engine's business.
   */
  observe(): readonly Service[];
  /**
   * The same of these services alone; one that is not there is left out. A plane that tells of disturbances has neither
   * this nor glimpses.
   */
  look?(keys: readonly ServiceKey[]): readonly Service[];
  /** What has changed, by a look that is much cheaper than all of it. */
  glimpse?(): Glimpse;
  /**
   * Carries out the operations in order, in as few system calls as can be; one result for each, in the same order.
   * Adding what is there makes it what was asked for, removing what is not there is done: neither is an error.
   */
  apply(operations: readonly PlaneOperation[]): readonly OperationResult[];
  /** Whether the plane has seen somebody else change what it holds since the last call. IPVS cannot tell: false. */
  disturbed(): boolean;
  /** Counters of the services named, or of all. */
  traffic(keys?: readonly ServiceKey[]): readonly ServiceTraffic[];
  setTimeouts(timeouts: ConnectionTimeouts): OperationResult;
  /** Makes the set of synchronisation daemons match; nftables has none and says so (EOPNOTSUPP). */
  synchronise(daemons: readonly SyncDaemon[]): OperationResult;
  close(): void;
}
