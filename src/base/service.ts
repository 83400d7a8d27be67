/** Services and real servers as a data plane knows them. Plain values, the same for IPVS and nftables. */
import type { Address, Family } from './address.ts';

export type ServiceProtocol = 'tcp' | 'udp' | 'sctp';

/** What a service is known by. Two services are the same when their keys are. */
export type ServiceKey =
  | {
      readonly kind: 'address';
      readonly protocol: ServiceProtocol;
      readonly address: Address;
      /** 0 takes every port (with persistence alone). */
      readonly port: number;
    }
  | { readonly kind: 'mark'; readonly family: Family; readonly mark: number };

export const SCHEDULERS = [
  ...(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh'] as const),
  ...(['mh', 'dh', 'fo', 'ovf', 'sed', 'nq', 'twos'] as const),
] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** `sh-fallback` and `mh-fallback` are flag-1, `sh-port` and `mh-port` flag-2 of the kernel. */
export type SchedulerFlag = 1 | 2 | 3;

export interface Persistence {
  /** Whole seconds, 1 to 2,678,400. */
  readonly seconds: number;
  /** How many leading bits of a client's address count: 1 to 32, or to 128. */
  readonly prefix: number;
  /** What else ties connections together, such as `sip`. */
  readonly engine: string | undefined;
}

export type Forwarding =
  /** With `masquerade` the server sees the director's address, so that its way back need not lead through it. */
  | { readonly kind: 'nat'; readonly masquerade?: true }
  | { readonly kind: 'direct' }
  | { readonly kind: 'tunnel'; readonly tunnel: Tunnel };

export type TunnelChecksum = 'none' | 'checksum' | 'remote';

export type Tunnel =
  | { readonly kind: 'ipip' }
  | { readonly kind: 'gue'; readonly port: number; readonly checksum: TunnelChecksum }
  | { readonly kind: 'gre'; readonly checksum: TunnelChecksum };

/** What of a service can be changed while its connections live. */
export interface ServiceSettings {
  readonly scheduler: Scheduler;
  /** Ascending, none twice. */
  readonly flags: readonly SchedulerFlag[];
  readonly persistence: Persistence | undefined;
  /** Every datagram is scheduled by itself (`ops`). */
  readonly onePacket: boolean;
}

/** What of a real server can be changed while its connections live. */
export interface ServerSettings {
  readonly forwarding: Forwarding;
  /** 0 gets no new connections and keeps those that it has. */
  readonly weight: number;
  /** Gets no new connections above so many, until below `lower`; 0 is no bound. */
  readonly upper: number;
  readonly lower: number;
}

/** A real server of a service is known by its address and port. */
export interface ServerKey {
  readonly address: Address;
  readonly port: number;
}

export interface Server extends ServerKey, ServerSettings {}

export interface Service extends ServiceSettings {
  readonly key: ServiceKey;
  readonly servers: readonly Server[];
}

/** One text for each key, fit for a map: `tcp 192.0.2.1:80`, `tcp [2001:db8::1]:80`, `mark 5 ipv4`. */
export function serviceName(key: ServiceKey): string {
  if (key.kind === 'mark') return `mark ${key.mark} ${key.family}`;
  return `${key.protocol} ${serverName(key)}`;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`. */
export function serverName({ address, port }: ServerKey): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
