/** What can be seen of a world while it runs: the trace writes it down, the invariants judge it. */
import type { Instant } from '../base/units.ts';
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type {
  Datagram,
  Frame,
  KernelOperation,
  OperationResult,
  PortError,
  ReceivedDatagram,
} from '../ports.ts';
import type { Host } from './host.ts';

/** All instants are the world's; only the contents of reports and datagrams hold on the host's clock. */
export interface Observer {
  /** A process has begun, as what an earlier one was or afresh. */
  began(host: Host, now: Instant, resume: EngineSnapshot | undefined): void;
  ended(host: Host, now: Instant, how: string): void;
  sent(host: Host, now: Instant, datagram: Datagram, error: PortError | undefined): void;
  announced(host: Host, now: Instant, frame: Frame): void;
  /** The kernel has put a datagram into a process's socket. */
  heard(host: Host, now: Instant, datagram: ReceivedDatagram): void;
  applied(host: Host, now: Instant, operation: KernelOperation, result: OperationResult): void;
  reported(host: Host, now: Instant, report: Report): void;
  /** The process has done everything there was to do and sleeps again. */
  rested(host: Host, now: Instant): void;
  /** A trouble begins or ends, a verdict changes: in words. */
  noted(now: Instant, words: string): void;
}

/** One observer that hands everything to several. */
export function everyObserver(observers: readonly Observer[]): Observer {
  return {
    began: (...seen) => {
      for (const each of observers) each.began(...seen);
    },
    ended: (...seen) => {
      for (const each of observers) each.ended(...seen);
    },
    sent: (...seen) => {
      for (const each of observers) each.sent(...seen);
    },
    announced: (...seen) => {
      for (const each of observers) each.announced(...seen);
    },
    heard: (...seen) => {
      for (const each of observers) each.heard(...seen);
    },
    applied: (...seen) => {
      for (const each of observers) each.applied(...seen);
    },
    reported: (...seen) => {
      for (const each of observers) each.reported(...seen);
    },
    rested: (...seen) => {
      for (const each of observers) each.rested(...seen);
    },
    noted: (...seen) => {
      for (const each of observers) each.noted(...seen);
    },
  };
}
