/** What BFD tells about itself. */
import type { Address, Family } from '../../base/address.ts';
import type { Duration, Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import type { SessionCause } from '../../protocol/bfd/state.ts';
import type { BfdReason, BfdState } from '../../wire/bfd.ts';

/**
 * Why a packet was not heeded. `unknown-neighbour`: it names no discriminator, and no session is with its sender.
 * `unknown-discriminator`: no session of ours has that one. `own-source`: it is one of our own, come back.
 */
export type BfdRejectReason =
  | BfdReason
  | 'hop-limit'
  | 'own-source'
  | 'unknown-neighbour'
  | 'unknown-discriminator'
  | 'wrong-port';

export type BfdReport =
  | {
      readonly kind: 'bfd-transition';
      readonly session: string;
      readonly neighbour: Address;
      readonly at: Instant;
      readonly from: BfdState;
      /** `admin-down`: not configured any more, or the daemon ends. */
      readonly to: BfdState;
      readonly cause: SessionCause;
      /** Whose business it is: trackers of instances, checks of real servers. */
      readonly forFailover: boolean;
      readonly forChecks: boolean;
    }
  /** The intervals in force have changed while up. */
  | {
      readonly kind: 'bfd-timers';
      readonly session: string;
      readonly at: Instant;
      readonly transmit: Duration;
      readonly detection: Duration;
    }
  /** At most once for each sender and reason, and not for ever more senders. */
  | {
      readonly kind: 'bfd-rejected';
      readonly session: string | undefined;
      readonly at: Instant;
      readonly from: Address;
      readonly reason: BfdRejectReason;
      readonly detail: string;
    }
  /** Packets arrived faster than they were read, and so many were not kept; told once a minute at most. */
  | { readonly kind: 'bfd-overflow'; readonly at: Instant; readonly lost: number }
  /** Told once, until something could be sent again. */
  | {
      readonly kind: 'bfd-transmit-failed';
      readonly session: string;
      readonly neighbour: Address;
      readonly source: Address | undefined;
      readonly at: Instant;
      readonly error: PortError;
    }
  /** Told once, until the port could be had. */
  | {
      readonly kind: 'bfd-listen-failed';
      readonly at: Instant;
      readonly family: Family;
      readonly port: number;
      readonly error: PortError;
    };
