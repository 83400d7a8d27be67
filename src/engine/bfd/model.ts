/** A BFD session as configured (`bfd_instance`), every default filled in. */
import type { Address } from '../../base/address.ts';
import type { Duration } from '../../base/units.ts';

export interface BfdModel {
  readonly name: string;
  readonly neighbour: Address;
  /** undefined: routing chooses. */
  readonly source: Address | undefined;
  /** Packets count that come over it; absent: over any. */
  readonly interface?: string;
  /** RFC 5883, on port 4784; else RFC 5881, on port 3784. */
  readonly multihop: boolean;
  readonly minTransmit: Duration;
  readonly minReceive: Duration;
  readonly idleTransmit: Duration;
  readonly multiplier: number;
  readonly passive: boolean;
  /** TTL or hop limit of what is sent. */
  readonly hopLimit: number;
  /** The least that a received packet may have left; 0 does not look. */
  readonly hopLimitLeast: number;
  /** Who is told: instances and groups that track it, and checks of real servers. */
  readonly forFailover: boolean;
  readonly forChecks: boolean;
  /** Whether some instance or group tracks it. */
  readonly tracked: boolean;
}

/** RFC 5881 4 and RFC 5883 5. */
const SINGLE_HOP_PORT = 3784;
export const MULTIHOP_PORT = 4784;

export function portOf({ multihop }: Pick<BfdModel, 'multihop'>): number {
  return multihop ? MULTIHOP_PORT : SINGLE_HOP_PORT;
}

/** Whether a running session can go on as the other: the same two ends. */
export function isSameSession(one: BfdModel, other: BfdModel): boolean {
  return (
    one.name === other.name &&
    one.neighbour === other.neighbour &&
    one.source === other.source &&
    one.interface === other.interface &&
    one.multihop === other.multihop
  );
}

/** What the name of a session is among trackers. */
export function trackerOf(session: string): string {
  return `bfd:${session}`;
}
