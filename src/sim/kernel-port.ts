/** One process's view of its host's kernel: the Kernel port over a netlink socket that can overrun. */
import type { Random } from '../base/random.ts';
import {
  isLinking,
  type Kernel,
  type KernelChange,
  type KernelOperation,
  type KernelState,
  type LinkRoute,
  type OperationResult,
  OWN_ADDRESS_PROTOCOL,
  type PortError,
  type Watch,
} from '../ports.ts';
import type { Author, HostKernel, Watcher } from './kernel.ts';

export interface KernelPort extends Kernel {
  /** Whether `changes` has something to tell. */
  pending(): boolean;
  close(): void;
}

export interface KernelPortOptions {
  readonly kernel: HostKernel;
  readonly portId: number;
  /** Whether this kernel is new enough to keep IFA_PROTO. */
  readonly keepsProtocol: boolean;
  /** Called when something can be read. */
  ready(): void;
  /** Called for each operation, with its answer. */
  applied(operation: KernelOperation, result: OperationResult): void;
  /** How likely an operation fails for no reason of its own; drawn from `random`. */
  failing(): number;
  /** Whether every change is one too many. */
  overrunning(): boolean;
  readonly random: Random;
}

/** More changes than this and the socket has overrun. */
const CAPACITY = 256;

const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: 'no such device' };
const NO_BUFFERS: PortError = { errno: 105, code: 'ENOBUFS', detail: 'made to fail' };
const NO_ENTRY: PortError = { errno: 2, code: 'ENOENT', detail: 'no such setting' };
const DONE: OperationResult = { done: true };

export function createKernelPort(options: KernelPortOptions): KernelPort {
  const { kernel, portId } = options;
  const author: Author = { portId, protocol: options.keepsProtocol ? OWN_ADDRESS_PROTOCOL : 0 };
  let queued: KernelChange[] = [];
  let lost = false;
  let applying: KernelOperation | undefined;
  let watch: Watch = { routes: [], rules: false };
  const watcher: Watcher = {
    portId,
    tell: (change) => {
      if (applying !== undefined && isOwn(applying, change)) return;
      if (lost || !isWatched(watch, change)) return;
      if (queued.length >= CAPACITY || options.overrunning()) lost = true;
      else queued.push(change);
      options.ready();
    },
  };
  kernel.watchers.add(watcher);
  return {
    watch: (wanted) => {
      watch = wanted;
    },
    observe: () => watchedState(watch, kernel.state()),
    apply: (operations) =>
      operations.map((operation) => {
        applying = operation;
        const result = options.random.chance(options.failing())
          ? ({ done: false, error: NO_BUFFERS } as const)
          : carryOut(kernel, operation, author);
        applying = undefined;
        options.applied(operation, result);
        return result;
      }),
    changes: () => {
      const state = lost ? watchedState(watch, kernel.state()) : undefined;
      const told = state === undefined ? queued : [{ kind: 'resynchronised', state } as const];
      queued = [];
      lost = false;
      return told;
    },
    pending: () => lost || queued.length > 0,
    close: () => {
      kernel.watchers.delete(watcher);
    },
  };
}

/** What an operation takes along (secondaries of a removed primary) was asked for by nobody, so it is told. */
function isOwn(operation: KernelOperation, change: KernelChange): boolean {
  if (
    operation.kind === 'set-sysctl' ||
    operation.kind === 'set-firewall' ||
    operation.kind === 'ask-carrier' ||
    isLinking(operation)
  )
    return false;
  if ('route' in change) return 'route' in operation && operation.route === change.route;
  if ('rule' in change) return 'rule' in operation;
  if (change.kind === 'address') return operation.kind !== 'remove-address';
  return (
    change.kind === 'address-gone' &&
    operation.kind === 'remove-address' &&
    operation.address === change.address.address
  );
}

function isWatched(watch: Watch, change: KernelChange): boolean {
  if ('route' in change) return isWatchedRoute(watch, change.route);
  return 'rule' in change ? watch.rules : true;
}

function isWatchedRoute({ routes }: Watch, { family, protocol }: LinkRoute): boolean {
  return routes.some((one) => one.family === family && one.protocol === protocol);
}

function watchedState(watch: Watch, state: KernelState): KernelState {
  return {
    ...state,
    routes: state.routes.filter((route) => isWatchedRoute(watch, route)),
    rules: watch.rules ? state.rules : [],
  };
}

function carryOut(kernel: HostKernel, operation: KernelOperation, by: Author): OperationResult {
  switch (operation.kind) {
    case 'add-address':
    case 'renew-address':
      if (kernel.link(operation.address.link) === undefined) {
        return { done: false, error: NO_DEVICE };
      }
      kernel.addAddress(operation.address, by);
      return DONE;
    case 'remove-address':
      kernel.removeAddress(operation, by.portId);
      return DONE;
    case 'set-sysctl': {
      const was = kernel.setSysctl(operation.name, operation.value);
      return was === undefined ? { done: false, error: NO_ENTRY } : { done: true, was };
    }
    case 'set-firewall':
      return DONE;
    case 'ask-carrier': {
      const link = kernel.linkNamed(operation.interface);
      if (link === undefined) return { done: false, error: NO_DEVICE };
      return { done: true, was: link.up && link.running ? 'up' : 'down' };
    }
    case 'add-link':
    case 'set-link':
    case 'tell-link':
    case 'remove-link': {
      const error = kernel.device(operation);
      return error === undefined ? DONE : { done: false, error };
    }
    default: {
      const error = kernel.route(operation, by.portId);
      return error === undefined ? DONE : { done: false, error };
    }
  }
}
