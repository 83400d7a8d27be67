/** The failover process's hold on the machine: the only place of the daemon that knows which ports are Linux's. */
import { constants } from 'node:os';
import type { Instant } from '../../base/units.ts';
import type { DriverPorts } from '../../engine/driver.ts';
import type { FailoverModel } from '../../engine/model.ts';
import { LinuxNeighbours } from '../../linux/adverts/neighbours.ts';
import { LinuxNetwork } from '../../linux/adverts/network.ts';
import { awaitAwake, linuxClock } from '../../linux/clock.ts';
import { LinuxKernel } from '../../linux/kernel/kernel.ts';
import { linuxNotary } from '../../linux/notary.ts';
import {
  lockMemory,
  moveDescriptor,
  setCpuAffinity,
  setNice,
  setOpenFilesLimit,
  setParentDeathSignal,
  setRealTimeLimit,
  setRealTimePriority,
  trimHeap,
} from '../../linux/process.ts';
import type { NetlinkBuffers } from '../../linux/socket.ts';
import { LinuxTimer } from '../../linux/timer.ts';
import type { PortError } from '../../ports.ts';
import {
  type Answer,
  lifelineDescriptor,
  lifelineHeight,
  type ProcessOrders,
  type Refusal,
} from '../channel.ts';
import { PriorityRaise } from './auto-priority.ts';
import { giveBack } from './give-back.ts';
import { Haste } from './haste.ts';

export { awaitAwake, linuxClock };

export interface Ports extends Omit<DriverPorts, 'report'> {
  /** Gets ready for what this model asks for. */
  suit(model: FailoverModel): void;
  close(): void;
}

export interface PortEvents {
  readonly networkReady: () => void;
  readonly neighboursReady: () => void;
  readonly kernelReady: () => void;
  /** Told when it was due. */
  readonly timerDue: (at: Instant | undefined) => void;
  /** A deadline comes after a long silence, and there is time to get ready for it; the answer is called when it is over. */
  readonly timerSoon: (at: Instant) => () => void;
}

/** Each instance listens on a socket or two, and their number may exceed the usual limit of 1,024. */
const openFiles = 16_384;

/** In a rehearsal everything is opened, asked and timed as in earnest, but nothing is sent and nothing is changed. */
export function openPorts(
  events: PortEvents,
  isRehearsal = false,
  buffers?: NetlinkBuffers,
): Ports {
  const { networkReady, kernelReady } = events;
  const network = new LinuxNetwork({ clock: linuxClock, onReadable: networkReady, isRehearsal });
  const kernel = new LinuxKernel({ onReadable: kernelReady, isRehearsal, buffers });
  const onReadable = events.neighboursReady;
  const neighbours = new LinuxNeighbours({ clock: linuxClock, onReadable });
  const notary = linuxNotary();
  const timer = new LinuxTimer(events.timerDue, events.timerSoon);
  return {
    clock: linuxClock,
    network,
    kernel,
    neighbours,
    notary,
    timer,
    suit: (model) => {
      if (model.instances.some(isSigned)) notary.load();
    },
    close: () => {
      timer.close();
      network.close();
      neighbours.close();
      kernel.close();
    },
  };
}

/** Takes the place among the host's processes that was asked for; what was refused comes back. */
export function takePlace(orders: ProcessOrders): readonly Answer[] {
  const refusals: Answer[] = [];
  const attempt = (what: Refusal, error: PortError | undefined): void => {
    if (error !== undefined) refusals.push({ kind: 'refused', what, error });
  };
  if (orders.title !== undefined) process.title = orders.title;
  if (orders.nice !== undefined) attempt('nice', setNice(orders.nice));
  if (orders.cpus !== undefined) attempt('cpu-affinity', setCpuAffinity(orders.cpus));
  if (orders.lockMemory) attempt('lock-memory', lockMemory());
  if (orders.realTimeLimit !== undefined) setRealTimeLimit(orders.realTimeLimit);
  if (orders.realTimePriority !== undefined) {
    attempt('real-time', setRealTimePriority(orders.realTimePriority));
  }
  return refusals;
}

/** What raises the priority of this process when it is late; nothing where nobody asked for it. */
export function raiseOf(
  { autoPriority: terms, realTimePriority: priority }: ProcessOrders,
  refused: (refusal: Extract<Answer, { readonly kind: 'refused' }>) => void,
): PriorityRaise | undefined {
  if (terms === undefined) return undefined;
  return new PriorityRaise({
    ...{ terms, priority, set: setRealTimePriority },
    refused: (error) => refused({ kind: 'refused', what: 'real-time', error }),
  });
}

/** Lets this process run before all others for a while. */
export function hasteOf(
  { realTimePriority }: ProcessOrders,
  raise: PriorityRaise | undefined,
): Haste {
  return new Haste({
    isOrdered: realTimePriority !== undefined,
    isRaised: () => raise?.isRaised === true,
    set: setRealTimePriority,
  });
}

/** Returns to the host what V8 and malloc keep and nobody uses. Some milliseconds, in which nothing else is done. */
export function giveAllBack(): void {
  giveBack();
  trimHeap();
}

/** Lets the supervisor know of a death of this process before its sockets are closed. */
export function holdLifeline(): void {
  setOpenFilesLimit(openFiles);
  moveDescriptor(lifelineDescriptor, lifelineHeight);
}

/** The second line behind the loss of the channel. */
export function dieWithParent(): void {
  setParentDeathSignal(constants.signals.SIGTERM);
}

function isSigned({ signing, authentication }: FailoverModel['instances'][number]): boolean {
  return signing !== undefined || authentication.kind === 'ah';
}
