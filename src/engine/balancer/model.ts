/**
 * What the balancer is told to do: a configuration with all inheritance and all corrections applied. Plain data, ready
 * for a channel. `translation/balancer-model.ts` makes it.
 */
import type { Address } from '../../base/address.ts';
import type { Forwarding, ServiceKey, ServiceSettings } from '../../base/service.ts';
import type { CheckTarget } from '../../health/check.ts';
import type { Checker } from '../../health/checker.ts';
import type { Pacing } from '../../health/pacing.ts';
import type { ConnectionTimeouts, SyncDaemon } from '../../plane.ts';

export interface BalancerModel {
  /** In the order of the configuration; no two share an id or a key. */
  readonly services: readonly BalancedService[];
  readonly plane: PlaneModel;
}

/** What concerns the data plane as a whole. */
export interface PlaneModel {
  /** `lvs_plane`; undefined takes IPVS where the host has it, else nftables. */
  readonly kind: 'ipvs' | 'nftables' | undefined;
  /** `lvs_timeouts`. */
  readonly timeouts: ConnectionTimeouts | undefined;
  /** `lvs_flush`: everything that the plane holds goes at start, whoever made it. */
  readonly flushAtStart: boolean;
  /** `lvs_flush_on_stop`: `all` is whatever the plane holds; undefined and `own` are what is configured here. */
  readonly flushAtStop: 'all' | 'own' | undefined;
  /** `lvs_sync_daemon`. */
  readonly synchronisation: SynchronisationModel | undefined;
}

export interface SynchronisationModel extends Omit<SyncDaemon, 'role'> {
  /** Sends while this instance is master, else receives; undefined does both at once. */
  readonly instance: string | undefined;
}

export interface BalancedService {
  /** What it is known by from one configuration to the next: `tcp 192.0.2.1:80`, `mark 5 ipv4`, `tcp group web`. */
  readonly id: string;
  /** keepalived's words for it: `[192.0.2.1]:tcp:80`, `[web]:0`, `FWM 5`. */
  readonly label: string;
  /** What the plane knows it by: one, or all that a group expands to. */
  readonly keys: readonly ServiceKey[];
  readonly settings: ServiceSettings;
  /** In the order of the configuration, no two of one name. */
  readonly servers: readonly BalancedServer[];
  readonly sorry: SorryServer | undefined;
  /** At most the weight of all servers together, at least 1. */
  readonly quorum: number;
  /** Below the quorum. */
  readonly hysteresis: number;
  /** Servers are down until their checks succeed; so is the quorum. */
  readonly alpha: boolean;
  /** Its end is told as if everything went down. */
  readonly omega: boolean;
  /** `ha_suspend`: nothing is checked while this host has none of these addresses; undefined checks always. */
  readonly suspendWithout: readonly Address[] | undefined;
  readonly mail: boolean;
  /** `snmp_name`. */
  readonly alias: string | undefined;
}

/** A real server as configured. */
export interface BalancedServer {
  /** `192.0.2.20:80`, or the address alone where it has the port of each key. */
  readonly name: string;
  /** keepalived's words for it: `[192.0.2.20]:tcp:80`. */
  readonly label: string;
  readonly address: Address;
  /** undefined is that of each key (DR and TUN cannot change ports). */
  readonly port: number | undefined;
  readonly forwarding: Forwarding;
  readonly weight: number;
  readonly upper: number;
  readonly lower: number;
  /** `inhibit_on_failure`: weight 0 rather than removal. */
  readonly inhibit: boolean;
  /** Up only while none of them has failed; none means always up. */
  readonly checks: readonly ServerCheck[];
  readonly mail: boolean;
  /** Whether being up from the start is told (`rs_init_notifies`). */
  readonly tellsStart: boolean;
  /** `snmp_name`. */
  readonly alias: string | undefined;
}

/** Takes over while quorum is lost. */
export interface SorryServer {
  readonly label: string;
  readonly address: Address;
  readonly port: number | undefined;
  readonly forwarding: Forwarding;
  /** `sorry_server_inhibit`: stays with weight 0 while it is not needed. */
  readonly inhibit: boolean;
}

export interface ServerCheck {
  /** Unlike all others of its server: `TCP_CHECK`, `HTTP_GET 2`. */
  readonly name: string;
  readonly checker: Checker;
  readonly target: CheckTarget;
  readonly pacing: Pacing;
}

/** The weight of a server that the configuration gives a sorry server. */
export const sorryWeight = 1;

/** The BFD sessions that servers depend on, by their names. */
export function sessionsOf({ services }: BalancerModel): readonly string[] {
  const servers = services.flatMap((service) => service.servers);
  const checkers = servers.flatMap(({ checks }) => checks.map(({ checker }) => checker));
  return checkers.flatMap((checker) => (checker.kind === 'bfd' ? [checker.session] : []));
}
