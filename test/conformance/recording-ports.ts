/** The ports of one host that write down, in order, what is asked of them. */
import assert from 'node:assert/strict';
import { type Address, familyOf, type Mac } from '../../src/base/address.ts';
import { routeKeys } from '../../src/base/route.ts';
import { type Rule, ruleKey } from '../../src/base/rule.ts';
import type { Instant, WallTime } from '../../src/base/units.ts';
import type { DriverPorts } from '../../src/engine/driver.ts';
import type { Report } from '../../src/engine/report.ts';
import {
  isLinking,
  isRouting,
  type KernelChange,
  type KernelOperation,
  type KernelState,
  type Link,
  type LinkAddress,
  type LinkIndex,
  type LinkOperation,
  type LinkRoute,
  type NeighbourClaim,
  type Neighbours,
  type NeighbourWatch,
  type OperationResult,
  type PortError,
  type ReceivedDatagram,
  type RoutingOperation,
} from '../../src/ports.ts';

export interface RecordingPorts {
  readonly ports: DriverPorts;
  /** The port that tells claims; a transcript has it when it asks for it. */
  readonly neighbours: Neighbours;
  /** Claims that wait to be read. */
  readonly claimed: NeighbourClaim[];
  /** What was asked since the last `taken`, in words. */
  taken(): readonly string[];
  now: Instant;
  armed: Instant | undefined;
  /** Datagrams that wait to be read, or will arrive yet, in their order. */
  readonly arrived: ReceivedDatagram[];
  /** When it has looked at the sockets next, the process loses the processor until then. */
  heldUntil?: Instant | undefined;
  /** Changes of others that wait to be read. */
  readonly changed: KernelChange[];
  readonly links: Map<string, Link>;
  readonly addresses: Map<string, LinkAddress>;
  readonly routes: Map<string, LinkRoute>;
  readonly rules: Map<string, Rule>;
  /** The errno that the next additions of routes and rules answer. */
  refusing: string | undefined;
  /** What the next calls of each kind answer instead of doing anything. */
  readonly failing: { add: number; remove: number; renew: number; send: number; listen: number };
  /** The only group that cannot be joined while `listen` fails. */
  failingGroup: string | undefined;
}

export interface Teller {
  sent(datagrams: Parameters<DriverPorts['network']['transmit']>[0]): readonly string[];
  announced(frames: Parameters<DriverPorts['network']['announce']>[0]): readonly string[];
  applied(
    operations: readonly KernelOperation[],
    results: readonly OperationResult[],
  ): readonly string[];
  listened(endpoints: Parameters<DriverPorts['network']['listen']>[0]): string;
  guarded(watches: readonly NeighbourWatch[]): string;
  reported(report: Report): string;
}

const NO_BUFFERS: PortError = { errno: 105, code: 'ENOBUFS', detail: '' };
const NO_DEVICE: PortError = { errno: 19, code: 'ENODEV', detail: '' };

export function createRecordingPorts(tell: Teller): RecordingPorts {
  let lines: string[] = [];
  const take = (count: 'add' | 'remove' | 'renew' | 'send' | 'listen'): boolean => {
    if (host.failing[count] === 0) return false;
    host.failing[count] -= 1;
    return true;
  };
  const ports: DriverPorts = {
    clock: { now: () => host.now, wall: () => host.now as number as WallTime },
    timer: {
      arm: (at) => {
        host.armed = at;
      },
    },
    network: {
      listen: (endpoints) => {
        const { failingGroup: only } = host;
        const failed = take('listen')
          ? endpoints.filter(({ group }) => only === undefined || group === only)
          : [];
        lines.push(`${tell.listened(endpoints)}${failed.length > 0 ? ' fails: ENODEV' : ''}`);
        return failed.map((endpoint) => ({ endpoint, error: NO_DEVICE }));
      },
      transmit: (datagrams) => {
        const isFailing = take('send');
        lines.push(...tell.sent(datagrams).map((line) => `${line}${isFailing ? ' fails' : ''}`));
        return isFailing ? datagrams.map((_, index) => ({ index, error: NO_BUFFERS })) : [];
      },
      announce: (frames) => {
        lines.push(...tell.announced(frames));
        return [];
      },
      receive: (limit) => receive(host, limit),
    },
    kernel: {
      watch: ({ routes, rules }) => {
        const words = routes.map(({ family, protocol }) => `${family} routes of ${protocol}`);
        if (rules) words.push('rules');
        if (words.length > 0) lines.push(`watch ${words.join(', ')}`);
      },
      observe: () => stateOf(host),
      apply: (operations) => {
        const results = operations.map((operation) => applyTo(host, operation, take));
        lines.push(...tell.applied(operations, results));
        return results;
      },
      changes: () => host.changed.splice(0),
    },
    report: (reports) => lines.push(...reports.map((report) => tell.reported(report))),
  };
  const host: RecordingPorts = {
    ports,
    neighbours: {
      watch: (watches) => lines.push(tell.guarded(watches)),
      claims: (limit) => host.claimed.splice(0, limit),
    },
    claimed: [],
    taken() {
      const told = lines;
      lines = [];
      return told;
    },
    now: 0 as Instant,
    armed: undefined,
    arrived: [],
    changed: [],
    links: new Map(),
    addresses: new Map(),
    routes: new Map(),
    rules: new Map(),
    refusing: undefined,
    failing: { add: 0, remove: 0, renew: 0, send: 0, listen: 0 },
    failingGroup: undefined,
  };
  return host;
}

/** The processor is taken away as soon as everything that has arrived was read. */
function receive(host: RecordingPorts, limit: number): readonly ReceivedDatagram[] {
  const later = host.arrived.findIndex(({ receivedAt }) => receivedAt > host.now);
  const count = later < 0 ? host.arrived.length : later;
  const read = host.arrived.splice(0, Math.min(count, limit));
  host.now = host.heldUntil ?? host.now;
  host.heldUntil = undefined;
  return read;
}

function applyTo(
  host: RecordingPorts,
  operation: KernelOperation,
  take: (count: 'add' | 'remove' | 'renew') => boolean,
): OperationResult {
  if (operation.kind === 'set-sysctl' || operation.kind === 'set-firewall') return { done: true };
  if (operation.kind === 'ask-carrier') return { done: true, was: 'up' };
  if (isRouting(operation)) return routeOn(host, operation);
  if (isLinking(operation)) return linkOn(host, operation);
  const verb =
    operation.kind === 'remove-address'
      ? 'remove'
      : operation.kind === 'add-address'
        ? 'add'
        : 'renew';
  if (take(verb)) return { done: false, error: NO_BUFFERS };
  if (operation.kind === 'remove-address') {
    host.addresses.delete(keyOf(operation.link, operation.address, operation.prefix));
  } else {
    const { link, address, prefix } = operation.address;
    host.addresses.set(keyOf(link, address, prefix), observed(link, address, prefix, 0x48));
  }
  return { done: true };
}

export function stateOf({ links, addresses, routes, rules }: RecordingPorts): KernelState {
  return {
    links: [...links.values()],
    addresses: [...addresses.values()],
    routes: [...new Set(routes.values())],
    rules: [...rules.values()],
  };
}

/** What becomes of a link is told by the transcript, as a change of the kernel. */
function linkOn(host: RecordingPorts, operation: LinkOperation): OperationResult {
  if (host.refusing === undefined || operation.kind === 'remove-link') return { done: true };
  return { done: false, error: { errno: 95, code: host.refusing, detail: '' } };
}

function routeOn(host: RecordingPorts, operation: RoutingOperation): OperationResult {
  const isAdding = operation.kind.startsWith('add');
  if (isAdding && host.refusing !== undefined) {
    return { done: false, error: { errno: 101, code: host.refusing, detail: '' } };
  }
  if ('rule' in operation) {
    const key = ruleKey(operation.rule);
    if (isAdding) host.rules.set(key, operation.rule);
    else host.rules.delete(key);
    return { done: true };
  }
  for (const key of routeKeys(operation.route)) {
    if (isAdding) host.routes.set(key, operation.route);
    else host.routes.delete(key);
  }
  return { done: true };
}

export function keyOf(link: LinkIndex, address: Address, prefix: number): string {
  return `${link} ${address}/${prefix}`;
}

export function observed(
  link: LinkIndex,
  address: Address,
  prefix: number,
  protocol: number,
): LinkAddress {
  assert.ok(prefix <= (familyOf(address) === 'ipv4' ? 32 : 128));
  const rest = { label: undefined, broadcast: undefined, peer: undefined, protocol };
  return { link, address, prefix, scope: 'global', tentative: false, duplicate: false, ...rest };
}

export function linkNamed(name: string, index: number): Link {
  return {
    index: index as LinkIndex,
    name,
    up: true,
    running: true,
    noArp: false,
    multicast: true,
    loopback: false,
    mtu: 1500,
    mac: `02:00:00:00:00:0${index}` as Mac,
    parent: undefined,
  };
}
