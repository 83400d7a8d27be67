/**
 * A simulated host: a kernel that never stops, and at times a process in it that runs the shipped driver. The
 * process sees the world only through its ports, and only when it is scheduled.
 */
import type { Random } from '../base/random.ts';
import { after, type Duration, type Instant, microseconds } from '../base/units.ts';
import type { Driver, DriverOptions } from '../engine/driver.ts';
import type { Input } from '../engine/input.ts';
import type { FailoverModel } from '../engine/model.ts';
import type { Report } from '../engine/report.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { Kernel } from '../ports.ts';
import { createClock, createTimer, type VirtualTimer } from './clock.ts';
import type { HostKernel } from './kernel.ts';
import { createKernelPort, type KernelPort } from './kernel-port.ts';
import type { Fabric, HostId } from './network.ts';
import type { Observer } from './observer.ts';
import type { Queue } from './queue.ts';
import { createSocket, type Socket } from './socket.ts';

export type DriverFactory = (options: DriverOptions) => Driver;

export interface Process {
  readonly driver: Driver;
  readonly startedAt: Instant;
  readonly socket: Socket;
  readonly kernelPort: KernelPort;
  readonly timer: VirtualTimer;
  readonly inputs: Input[];
  /** The supervisor's picture as of the last transition. */
  lastTold: EngineSnapshot | undefined;
  timerDue: boolean;
  /** Whether it got ready for the deadline that it served last. */
  getsReady: boolean;
  scheduled: boolean;
}

export interface Host {
  readonly id: HostId;
  readonly name: string;
  readonly offset: Duration;
  readonly kernel: HostKernel;
  readonly keepsProtocol: boolean;
  model: FailoverModel;
  process: Process | undefined;
  /** How many reasons there are for its process to be away. */
  absence: number;
  /** What the supervisor starts the next process from. */
  resume: EngineSnapshot | undefined;
  /** After how many more uses of a port its process is killed, in the middle of whatever it does. */
  fuse: number | undefined;
  /** How many troubles keep its process from being scheduled. */
  frozen: number;
  /** When its process was last released from standing still. */
  thawedAt: Instant;
  /** How much longer than usual its process waits to be scheduled at most. */
  slowness: Duration;
  /** How many troubles make its netlink sockets run over. */
  overruns: number;
  operationsFail: number;
  transmitsFail: number;
  /** What the supervisor tells about trackers. */
  readonly verdicts: Map<string, boolean>;
}

export interface HostContext {
  readonly queue: Queue;
  readonly fabric: Fabric;
  readonly random: Random;
  readonly observer: Observer;
  readonly createDriver: DriverFactory;
}

/** The most that a wake-up is late on an idle host. */
export const SCHEDULING = microseconds(80);

export function startProcess(
  context: HostContext,
  host: Host,
  resume: EngineSnapshot | undefined,
): void {
  if (host.process !== undefined) return;
  const { queue, observer } = context;
  const ports = openPorts(context, host);
  const driver = context.createDriver({
    model: host.model,
    resume,
    ports: {
      clock: createClock(queue, host.offset),
      timer: ports.timer,
      ...fused(host, ports),
      report: (reports) => tellSupervisor(context, host, reports),
    },
  });
  const process: Process = {
    ...ports,
    driver,
    startedAt: queue.now(),
    inputs: [],
    lastTold: undefined,
    timerDue: false,
    getsReady: false,
    scheduled: false,
  };
  host.process = process;
  for (const segment of context.fabric.segments) {
    for (const own of segment.attachments) if (own.host === host.id) own.sockets.add(ports.socket);
  }
  observer.began(host, queue.now(), resume);
  if (!survives(context, host, () => driver.start())) return;
  for (const [tracker, up] of host.verdicts) tell(context, host, verdict(tracker, up));
}

const KILLED = new Error('killed');

/** The ports as the process gets them: using one may be the last thing that it does. */
function fused(
  host: Host,
  ports: { readonly socket: Socket; readonly kernelPort: Kernel },
): Pick<DriverOptions['ports'], 'network' | 'kernel' | 'neighbours'> {
  const burn = <Result>(result: Result): Result => {
    if (host.fuse === undefined) return result;
    host.fuse -= 1;
    if (host.fuse < 0) throw KILLED;
    return result;
  };
  const { socket, kernelPort } = ports;
  return {
    network: {
      listen: (endpoints) => burn(socket.listen(endpoints)),
      transmit: (datagrams) => burn(socket.transmit(datagrams)),
      announce: (frames) => burn(socket.announce(frames)),
      receive: (limit) => burn(socket.receive(limit)),
    },
    neighbours: {
      watch: (watches) => burn(socket.ear.watch(watches)),
      claims: (limit) => burn(socket.ear.claims(limit)),
    },
    kernel: {
      watch: (watch) => burn(kernelPort.watch(watch)),
      observe: () => burn(kernelPort.observe()),
      apply: (operations) => burn(kernelPort.apply(operations)),
      changes: () => burn(kernelPort.changes()),
    },
  };
}

/**
 * What the supervisor knows is what it was told with the last transition, and that the process lived until now; nobody is
 * resumed who was to stop.
 */
export function resumable(host: Host, now: Instant): EngineSnapshot | undefined {
  const told = host.absence === 1 ? host.process?.lastTold : undefined;
  return told === undefined ? undefined : { ...told, takenAt: after(now, host.offset) };
}

/** Does one thing of the process; false when it was killed over it. */
function survives(context: HostContext, host: Host, act: () => void): boolean {
  try {
    act();
  } catch (error) {
    if (error !== KILLED) throw error;
    host.resume = resumable(host, context.queue.now());
    endProcess(context, host, 'killed in the middle of a step');
    return false;
  }
  context.observer.rested(host, context.queue.now());
  return true;
}

function openPorts(
  context: HostContext,
  host: Host,
): Pick<Process, 'socket' | 'kernelPort' | 'timer'> {
  const { queue, fabric, observer, random } = context;
  const wake = (): void => schedule(context, host);
  return {
    timer: createTimer(queue, host.offset, () => {
      if (host.process === undefined) return;
      host.process.timerDue = true;
      wake();
    }),
    socket: createSocket({
      host: host.id,
      fabric,
      kernel: host.kernel,
      offset: host.offset,
      random,
      ready: wake,
      failing: () => host.transmitsFail,
      sent: (datagram, error) => observer.sent(host, queue.now(), datagram, error),
      announced: (frame) => observer.announced(host, queue.now(), frame),
      heard: (datagram) => observer.heard(host, queue.now(), datagram),
    }),
    kernelPort: createKernelPort({
      kernel: host.kernel,
      keepsProtocol: host.keepsProtocol,
      portId: 1_000 + random.below(30_000),
      random,
      ready: wake,
      failing: () => host.operationsFail,
      overrunning: () => host.overruns > 0,
      applied: (operation, result) => observer.applied(host, queue.now(), operation, result),
    }),
  };
}

function tellSupervisor(context: HostContext, host: Host, reports: readonly Report[]): void {
  for (const report of reports) context.observer.reported(host, context.queue.now(), report);
  const { process } = host;
  if (process !== undefined && reports.some((report) => report.kind === 'transition')) {
    process.lastTold = process.driver.snapshot();
  }
}

/** Gives the process a turn soon, unless it has one coming or stands still. */
function schedule(context: HostContext, host: Host): void {
  const { process } = host;
  if (process === undefined || process.scheduled || host.frozen > 0) return;
  process.scheduled = true;
  const { queue, random } = context;
  const wait = random.below(SCHEDULING + 1) + random.below(host.slowness + 1);
  queue.in(microseconds(wait), () => {
    process.scheduled = false;
    if (host.process === process && host.frozen === 0) takeTurn(context, host, process);
  });
}

/** Serves everything that is ready: the sources in any order, as an event loop may, and each of them in its own. */
function takeTurn(context: HostContext, host: Host, process: Process): void {
  const { driver, socket, kernelPort, inputs } = process;
  const ready: (() => void)[][] = [];
  if (process.timerDue) {
    const now = after(context.queue.now(), host.offset);
    // A process gets ready for a deadline, or has no time for that.
    process.getsReady = !process.getsReady;
    const before = process.getsReady ? [() => driver.prepare(now)] : [];
    ready.push([...before, () => driver.timerDue()]);
  }
  if (socket.pending()) ready.push([() => driver.networkReady()]);
  if (socket.ear.pending()) ready.push([() => driver.neighboursReady()]);
  if (kernelPort.pending()) ready.push([() => driver.kernelReady()]);
  if (inputs.length > 0) ready.push(inputs.splice(0).map((input) => () => driver.tell(input)));
  process.timerDue = false;
  const order = ready.length > 1 ? context.random.shuffled(ready) : ready;
  for (const serve of order.flat()) if (!survives(context, host, serve)) return;
  if (driver.finished) {
    endProcess(context, host, 'stopped');
  } else if (
    socket.pending() ||
    socket.ear.pending() ||
    kernelPort.pending() ||
    inputs.length > 0
  ) {
    schedule(context, host);
  }
}

/** The process is gone at once, whatever it was doing; what its kernel holds stays. */
export function endProcess(context: HostContext, host: Host, how: string): void {
  const { process } = host;
  if (process === undefined) return;
  host.process = undefined;
  host.frozen = 0;
  host.fuse = undefined;
  process.timer.close();
  process.kernelPort.close();
  for (const segment of context.fabric.segments) {
    for (const own of segment.attachments) own.sockets.delete(process.socket);
  }
  context.observer.ended(host, context.queue.now(), how);
}

export function tell(context: HostContext, host: Host, input: Input): void {
  host.process?.inputs.push(input);
  schedule(context, host);
}

export function verdict(tracker: string, up: boolean): Input {
  return { kind: 'tracker', tracker, up, detail: up ? 'exited with 0' : 'exited with 1' };
}

export function freeze(host: Host): void {
  host.frozen += 1;
}

export function thaw(context: HostContext, host: Host): void {
  if (host.frozen === 0) return;
  host.frozen -= 1;
  if (host.frozen > 0) return;
  host.thawedAt = context.queue.now();
  schedule(context, host);
}
