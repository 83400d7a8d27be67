/** The drain loop over ports, identical live and simulated. */
import type { Clock, Kernel, Network, Timer } from '../ports.ts';
import type { Input } from './input.ts';
import type { FailoverModel } from './model.ts';
import type { Report } from './report.ts';
import type { EngineSnapshot } from './snapshot.ts';

export interface DriverPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly network: Network;
  readonly kernel: Kernel;
  /** Takes reports away. Must return at once and never throw. */
  report(reports: readonly Report[]): void;
}

export interface DriverOptions {
  readonly model: FailoverModel;
  /** What an earlier failover process of this daemon was, when this one takes its place. */
  readonly resume: EngineSnapshot | undefined;
  readonly ports: DriverPorts;
}

export interface Driver {
  /** Observes the kernel and takes the first step. */
  start(): void;
  /** A socket of the network port has something to read. */
  networkReady(): void;
  /** The kernel port has changes to tell. */
  kernelReady(): void;
  /** The timer has fired. */
  timerDue(): void;
  /** A verdict, a new configuration, the order to stop. */
  tell(input: Input): void;
  snapshot(): EngineSnapshot;
  /** After `stop`: everything has been resigned and withdrawn. */
  readonly finished: boolean;
}

export declare function createDriver(options: DriverOptions): Driver;
