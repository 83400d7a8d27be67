/** The data plane of a kernel with IPVS, over generic netlink. */
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { ServerKey, Service, ServiceKey } from '../../base/service.ts';
import { serviceName } from '../../base/service.ts';
import type {
  ConnectionTimeouts,
  DataPlane,
  Glimpse,
  PlaneOperation,
  ServerTraffic,
  ServiceTraffic,
  SyncDaemon,
} from '../../plane.ts';
import type { OperationResult, PortError } from '../../ports.ts';
import { NETLINK_GENERIC } from '../../wire/genetlink.ts';
import {
  decodeDaemonMessage,
  decodeDestinationMessage,
  decodeServiceMessage,
  encodeDaemonRequest,
  encodeDestinationRequest,
  encodeServiceRequest,
  encodeTimeouts,
} from '../../wire/ipvs.ts';
import type { SyncDaemonEntry } from '../../wire/ipvs-daemon.ts';
import type { DestinationEntry } from '../../wire/ipvs-destination.ts';
import type { VirtualServiceEntry } from '../../wire/ipvs-service.ts';
import type { NetlinkMessage } from '../../wire/netlink.ts';
import { errnoOf } from '../ffi.ts';
import { NetlinkSocket } from '../netlink-socket.ts';
import { inNamespace } from '../process.ts';
import type { NetlinkBuffers } from '../socket.ts';
import { daemonPayloads } from './daemons.ts';
import { loadIpvs } from './family.ts';
import { IpvsListing } from './listing.ts';
import { editOf, explained, payloadsOf, targetOf, verdictOf } from './requests.ts';
import {
  keyMessage,
  serverOf,
  serverTrafficOf,
  serviceKeyOf,
  serviceSettingsOf,
  trafficOf,
} from './values.ts';

const RECEIVE_BUFFER = 4 * 1024 * 1024;
/** A dump that an overrun broke off, or changes interrupted, is asked for so many times. */
const DUMP_TRIES = 8;
const OVERRUN = errnoOf('ENOBUFS');
const BUSY = errnoOf('EBUSY');
const ABSENT = new Set([errnoOf('ESRCH'), errnoOf('ENOENT')]);
const DONE: OperationResult = { done: true };

export interface IpvsOptions {
  /** The file of another network namespace (`/run/netns/blue`), whose plane it is. */
  readonly namespace?: string | undefined;
  readonly buffers?: NetlinkBuffers | undefined;
}

/** The plane of a network namespace; an error when the kernel has no IPVS and cannot load it. */
export async function openIpvs(options: IpvsOptions = {}): Promise<Outcome<IpvsPlane, PortError>> {
  const { namespace, buffers } = options;
  const open = (): NetlinkSocket =>
    new NetlinkSocket({
      groups: [],
      receiveBuffer: buffers?.commands ?? RECEIVE_BUFFER,
      isRehearsal: false,
      protocol: NETLINK_GENERIC,
    });
  const opened = within(namespace, open);
  if (!opened.ok) return opened;
  const socket = opened.value;
  const family = await loadIpvs(socket);
  if (!family.ok) {
    socket.close();
    return failure(family.error);
  }
  // The file comes with the module, so it is opened last.
  const listing = within(namespace, () => IpvsListing.open());
  return success(new IpvsPlane(socket, family.value, listing.ok ? listing.value : undefined));
}

function within<Result>(
  namespace: string | undefined,
  open: () => Result,
): Outcome<Result, PortError> {
  return namespace === undefined ? success(open()) : inNamespace(namespace, open);
}

export class IpvsPlane implements DataPlane {
  readonly kind = 'ipvs';
  readonly #socket: NetlinkSocket;
  readonly #family: number;
  readonly #listing: IpvsListing | undefined;
  #daemons: readonly SyncDaemon[] = [];
  /** Those of the last glimpse, where the kernel lists nothing. */
  #known = new Map<string, ServiceKey>();

  constructor(socket: NetlinkSocket, family: number, listing: IpvsListing | undefined) {
    this.#socket = socket;
    this.#family = family;
    this.#listing = listing;
  }

  observe(): readonly Service[] {
    return this.#services().map((one) => this.#whole(one));
  }

  look(keys: readonly ServiceKey[]): readonly Service[] {
    return keys.flatMap((key) => this.#service(key)).map((one) => this.#whole(one));
  }

  #whole({ key, entry }: NamedEntry): Service {
    const servers = this.#destinations(entry).map(serverOf);
    return { key, ...serviceSettingsOf(entry), servers };
  }

  /** From the kernel's listing, else a dump of the services alone. */
  glimpse(): Glimpse {
    const listed = this.#listing?.glimpse();
    if (listed !== undefined) return listed;
    const services = this.#services().map(({ key, entry }) => ({
      key,
      ...serviceSettingsOf(entry),
      servers: undefined,
    }));
    const there = new Map(services.map(({ key }) => [serviceName(key), key]));
    const gone = [...this.#known].filter(([name]) => !there.has(name)).map(([, key]) => key);
    this.#known = there;
    return { services, gone, withServers: false };
  }

  apply(operations: readonly PlaneOperation[]): readonly OperationResult[] {
    this.#touch(operations);
    const errors = this.#transact(operations);
    // As a rule nothing is refused, and there may be tens of thousands of them.
    if (errors.every((error) => error === undefined)) return errors.map(() => DONE);
    const repairs = repairsOf(operations, errors);
    const repaired = this.#transact([...repairs.values()]);
    const outcomes = new Map([...repairs.keys()].map((index, at) => [index, repaired[at]]));
    return operations.map((operation, index) => {
      const error = errors[index];
      if (error === undefined || verdictOf(operation, error) === 'done') return DONE;
      if (verdictOf(operation, error) === 'failed') return refused(operation, error);
      const second = outcomes.get(index);
      return second === undefined ? DONE : refused(operation, second);
    });
  }

  /** The kernel notifies nobody. */
  disturbed(): boolean {
    return false;
  }

  /**
   * The kernel adds up every two seconds. A server that comes back to its service within two minutes counts on from where
   * it was.
   */
  traffic(keys?: readonly ServiceKey[]): readonly ServiceTraffic[] {
    const named = keys === undefined ? this.#services() : keys.flatMap((key) => this.#service(key));
    return named.map(({ key, entry }) => ({
      key,
      traffic: trafficOf(entry.counters),
      servers: this.#destinations(entry).map(serverEntry),
    }));
  }

  setTimeouts(timeouts: ConnectionTimeouts): OperationResult {
    const [error] = this.#send([encodeTimeouts(timeouts)]);
    return error === undefined ? DONE : { done: false, error };
  }

  synchronise(daemons: readonly SyncDaemon[]): OperationResult {
    const running: SyncDaemonEntry[] = [];
    const asked = this.#dump(encodeDaemonRequest(), decodeDaemonMessage, (one) =>
      running.push(one),
    );
    if (asked !== undefined) return { done: false, error: asked };
    const payloads = daemonPayloads(daemons, running, this.#daemons);
    const error = this.#send(payloads).find((one) => one !== undefined && !ABSENT.has(one.errno));
    this.#daemons = error === undefined ? daemons : [];
    return error === undefined ? DONE : { done: false, error };
  }

  close(): void {
    this.#socket.close();
    this.#listing?.close();
  }

  /** What is told to be otherwise may be undone by others before the next glimpse, and then look as before. */
  #touch(operations: readonly PlaneOperation[]): void {
    let last: ServiceKey | undefined;
    for (const operation of operations) {
      const key = 'service' in operation ? operation.service : operation.key;
      if (key !== last) this.#touchOne(key);
      last = key;
    }
  }

  #touchOne(key: ServiceKey): void {
    if (this.#listing === undefined) this.#known.set(serviceName(key), key);
    else this.#listing.touch(key);
  }

  #transact(operations: readonly PlaneOperation[]): readonly (PortError | undefined)[] {
    return this.#send(payloadsOf(operations));
  }

  #send(payloads: readonly Uint8Array[]): readonly (PortError | undefined)[] {
    return this.#socket.transact(
      payloads.map((payload) => ({ type: this.#family, flags: 0, payload })),
    );
  }

  /** Those of a protocol that we could have made, none twice. */
  #services(): readonly NamedEntry[] {
    const entries = new Map<string, NamedEntry>();
    const error = this.#dump(encodeServiceRequest(), decodeServiceMessage, (entry) => {
      const key = serviceKeyOf(entry);
      // A change in the middle of a dump can show a service a second time.
      if (key !== undefined) entries.set(serviceName(key), { key, entry });
    });
    if (error !== undefined) throw unreadable(error);
    return [...entries.values()];
  }

  /** One, or nothing when it is not there. */
  #service(key: ServiceKey): readonly NamedEntry[] {
    const found: NamedEntry[] = [];
    const error = this.#socket.ask(
      this.#family,
      encodeServiceRequest(keyMessage(key)),
      (message) => {
        const entry = decodeServiceMessage(message);
        if (entry !== undefined) found.push({ key, entry });
      },
    );
    if (error !== undefined && !ABSENT.has(error.errno)) throw unreadable(error);
    return found.slice(0, 1);
  }

  /** None when the service has gone meanwhile. */
  #destinations({ key }: VirtualServiceEntry): readonly DestinationEntry[] {
    const destinations: DestinationEntry[] = [];
    const decode = (message: NetlinkMessage) => decodeDestinationMessage(message, key.family);
    const error = this.#dump(encodeDestinationRequest(key), decode, (one) =>
      destinations.push(one),
    );
    if (error !== undefined && !ABSENT.has(error.errno)) throw unreadable(error);
    return destinations;
  }

  /** Begins anew when a dump was broken off, and keeps nothing of the first attempt. */
  #dump<Entry>(
    payload: Uint8Array,
    decode: (message: NetlinkMessage) => Entry | undefined,
    keep: (entry: Entry) => void,
  ): PortError | undefined {
    for (let left = DUMP_TRIES; ; left -= 1) {
      const entries: Entry[] = [];
      const dumped = this.#socket.dump(this.#family, payload, (message) => {
        const entry = decode(message);
        if (entry !== undefined) entries.push(entry);
      });
      const isWhole = dumped.ok && dumped.value;
      if (isWhole || (dumped.ok && left <= 1)) {
        entries.forEach(keep);
        return undefined;
      }
      if (dumped.ok) continue;
      const { errno } = dumped.error;
      if (left <= 1 || (errno !== OVERRUN && errno !== BUSY)) return dumped.error;
    }
  }
}

interface NamedEntry {
  readonly key: ServiceKey;
  readonly entry: VirtualServiceEntry;
}

function serverEntry(entry: DestinationEntry): {
  readonly key: ServerKey;
  readonly traffic: ServerTraffic;
} {
  const { address, port } = entry;
  return { key: { address, port }, traffic: serverTrafficOf(entry) };
}

/**
 * What was to be added and is there is made what it was to be, unless a later operation of the batch has already made
 * something else of it.
 */
function repairsOf(
  operations: readonly PlaneOperation[],
  errors: readonly (PortError | undefined)[],
): ReadonlyMap<number, PlaneOperation> {
  const repairs = new Map<number, PlaneOperation>();
  const touched = new Set<string>();
  const removed = new Set<string>();
  for (let index = operations.length - 1; index >= 0; index -= 1) {
    const operation = operations[index];
    const error = errors[index];
    if (operation === undefined) continue;
    const target = targetOf(operation);
    // A service that is removed takes its servers with it.
    const isSettled =
      touched.has(target) ||
      ('service' in operation && removed.has(serviceName(operation.service)));
    const edit = error === undefined || isSettled ? undefined : repairOf(operation, error);
    if (edit !== undefined) repairs.set(index, edit);
    touched.add(target);
    if (operation.kind === 'remove-service') removed.add(target);
  }
  return new Map([...repairs].reverse());
}

function repairOf(operation: PlaneOperation, error: PortError): PlaneOperation | undefined {
  return verdictOf(operation, error) === 'present' ? editOf(operation) : undefined;
}

function refused(operation: PlaneOperation, error: PortError): OperationResult {
  return { done: false, error: explained(operation, error) };
}

function unreadable({ code, detail }: PortError): Error {
  return new Error(`cannot read the table of IPVS: ${[code, detail].join(' ').trim()}`);
}
