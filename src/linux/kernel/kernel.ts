/** The kernel port of a Linux host: interfaces, addresses, routes and rules over rtnetlink, sysctls through /proc/sys. */
import { readFileSync, writeFileSync } from 'node:fs';
import { invariant } from '../../base/outcome.ts';
import type {
  Kernel,
  KernelChange,
  KernelOperation,
  KernelState,
  Link,
  LinkIndex,
  OperationResult,
  PortError,
  WantedAddress,
  Watch,
} from '../../ports.ts';
import type { NetlinkMessage } from '../../wire/netlink.ts';
import {
  type AddressMessage,
  decodeAddress,
  decodeLink,
  encodeAddress,
  encodeAddressDump,
  encodeLinkDump,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_LINK,
} from '../../wire/rtnetlink.ts';
import { portError, type Watch as Readiness, watchReadable } from '../ffi.ts';
import { NetlinkSocket } from '../netlink-socket.ts';
import type { NetlinkBuffers } from '../socket.ts';
import { AddressPayloads } from './address-payloads.ts';
import { askCarrier } from './carrier.ts';
import { Echoes } from './echoes.ts';
import { LinuxFirewall } from './firewall.ts';
import { tellOfLink } from './link-news.ts';
import { LinkRemoval } from './link-removal.ts';
import {
  isSetting,
  type NetlinkOperation,
  requestOf,
  type Setting,
  verdictOf,
  withIndex,
} from './requests.ts';
import { type Dump, RoutingTables } from './routing-tables.ts';
import { addressKey, linkAddressOf, linkOf } from './values.ts';

export interface LinuxKernelOptions {
  /** There are changes to tell. Synchronous; called again for as long as they are not read. */
  readonly onReadable: () => void;
  /** Bytes of receive buffer for notifications; the default holds those of some ten thousand addresses. */
  readonly receiveBuffer?: number;
  /** What somebody configured instead. */
  readonly buffers?: NetlinkBuffers | undefined;
  /** Asks for everything, changes nothing, and is told of no change. */
  readonly isRehearsal?: boolean;
}

const RECEIVE_BUFFER = 16 * 1024 * 1024;
/** A dump that changes keep interrupting is taken as it is after so many tries: the watch tells the rest. */
const DUMP_TRIES = 8;
/** Datagrams read by one `changes`; what is left is told by the next. */
const CHANGES_LIMIT = 4_096;
const AF_UNSPEC = 0;

export class LinuxKernel implements Kernel {
  readonly #requests: NetlinkSocket;
  readonly #watched: NetlinkSocket;
  readonly #readiness: Readiness;
  readonly #echoes: Echoes;
  readonly #tables: RoutingTables;
  readonly #isRehearsal: boolean;
  readonly #firewall = new LinuxFirewall();
  readonly #removal = new LinkRemoval();
  readonly #payloads = new AddressPayloads();

  constructor(options: LinuxKernelOptions) {
    const { buffers } = options;
    const receiveBuffer = buffers?.monitor ?? options.receiveBuffer ?? RECEIVE_BUFFER;
    const isRehearsal = options.isRehearsal ?? false;
    this.#isRehearsal = isRehearsal;
    this.#requests = new NetlinkSocket({
      groups: [],
      receiveBuffer: buffers?.commands ?? RECEIVE_BUFFER,
      isRehearsal,
    });
    this.#watched = new NetlinkSocket({
      groups: isRehearsal ? [] : [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR],
      receiveBuffer,
      isRehearsal,
    });
    this.#echoes = new Echoes(this.#requests.portId);
    this.#tables = new RoutingTables(this.#dump, this.#requests.portId);
    this.#readiness = watchReadable(this.#watched.fd, options.onReadable);
  }

  /** The netlink port id under which `apply` is seen by others. */
  get portId(): number {
    return this.#requests.portId;
  }

  watch(watch: Watch): void {
    const before = new Set(this.#tables.groups);
    this.#tables.watch = watch;
    const wanted = new Set(this.#tables.groups);
    for (const group of before) if (!wanted.has(group)) this.#watched.leave(group);
    for (const group of wanted) if (!before.has(group)) this.#watched.join(group);
  }

  observe(): KernelState {
    return {
      links: this.#links(),
      addresses: this.#addresses().map(linkAddressOf),
      ...this.#tables.observe(),
    };
  }

  apply(operations: readonly KernelOperation[]): readonly OperationResult[] {
    const results: OperationResult[] = [];
    const leaving: LinkIndex[] = [];
    let batch: NetlinkOperation[] = [];
    const flush = (): void => {
      if (batch.length > 0) results.push(...this.#transact(batch));
      batch = [];
    };
    for (const operation of operations) {
      if (operation.kind === 'remove-link') {
        flush();
        leaving.push(operation.index);
        results.push(DONE);
      } else if (isSetting(operation)) {
        flush();
        results.push(this.#isRehearsal ? DONE : this.#set(operation));
      } else {
        batch.push(operation);
      }
    }
    flush();
    // Behind everything else: whatever else wants to change links or addresses waits for the kernel meanwhile.
    if (leaving.length > 0) this.#remove(leaving);
    return results;
  }

  prepare(addresses: readonly WantedAddress[]): void {
    this.#payloads.prepare(addresses);
  }

  changes(): readonly KernelChange[] {
    const changes: KernelChange[] = [];
    const outcome = this.#watched.notifications(CHANGES_LIMIT, (message) => {
      const change = this.#change(message);
      if (change !== undefined) changes.push(change);
    });
    if (outcome === 'complete') return [...changes, ...this.#tables.settle()];
    this.#echoes.forgetExpected();
    return [{ kind: 'resynchronised', state: this.observe() }];
  }

  close(): void {
    this.#readiness.close();
    this.#watched.close();
    this.#requests.close();
    this.#firewall.close();
    this.#removal.close();
  }

  #remove(links: readonly LinkIndex[]): void {
    this.#tables.suspect();
    if (!this.#isRehearsal) this.#removal.begin(links);
  }

  #set(operation: Setting): OperationResult {
    if (operation.kind === 'set-firewall') return this.#firewall.set(operation.firewall);
    if (operation.kind === 'tell-link') return tellOfLink(this.#requests, operation.index);
    if (operation.kind === 'ask-carrier') return askCarrier(operation.interface, operation.method);
    return setSysctl(operation.name, operation.value);
  }

  #transact(operations: readonly NetlinkOperation[]): readonly OperationResult[] {
    const errors = this.#requests.transact(
      operations.map((operation) => requestOf(operation, this.#payloads)),
    );
    const settle = errors.some((error, index) => {
      const operation = operations[index];
      if (error === undefined || operation === undefined) return false;
      return verdictOf(operation, error) === 'unsettled';
    });
    // One dump decides all that the error alone leaves open, and is seldom needed.
    const present = settle ? this.#addresses() : [];
    const byKey = Map.groupBy(present, (address) => addressKey(withIndex(address)));
    return operations.map((operation, index) => {
      const error = errors[index];
      if (error === undefined) return this.#done(operation);
      return this.#settle(operation, error, byKey);
    });
  }

  #done(operation: NetlinkOperation): OperationResult {
    if (operation.kind === 'remove-address') {
      this.#echoes.expectRemoved(operation);
      this.#tables.suspect();
    } else if (operation.kind === 'add-address' || operation.kind === 'renew-address') {
      const { address } = operation;
      this.#echoes.expectAdded(address, !address.flags.includes('nodad'));
    } else this.#tables.done(operation);
    return DONE;
  }

  /** Adding what is there and removing what is not are done; but only if it is exactly so. */
  #settle(
    operation: NetlinkOperation,
    error: PortError,
    present: ReadonlyMap<string, readonly AddressMessage[]>,
  ): OperationResult {
    const verdict = verdictOf(operation, error);
    if (verdict === 'failed') return { done: false, error };
    if (verdict === 'done') {
      this.#tables.done(operation);
      return DONE;
    }
    if (operation.kind === 'add-address' || operation.kind === 'renew-address') {
      return present.has(addressKey(operation.address)) ? DONE : { done: false, error };
    }
    if (operation.kind !== 'remove-address') return { done: false, error };
    const [left] = present.get(addressKey(operation)) ?? [];
    if (left === undefined) return DONE;
    // An address with a peer is known to the kernel by that peer, which the operation does not name.
    const [again] = this.#requests.transact([
      { type: RTM_DELADDR, flags: 0, payload: encodeAddress(left) },
    ]);
    return again === undefined ? this.#done(operation) : { done: false, error: again };
  }

  #links(): readonly Link[] {
    return this.#dump(RTM_GETLINK, encodeLinkDump(), (message) => {
      const link = decodeLink(message);
      return link === undefined || link.family !== AF_UNSPEC ? undefined : linkOf(link);
    });
  }

  #addresses(): readonly AddressMessage[] {
    return this.#dump(RTM_GETADDR, encodeAddressDump(), decodeAddress);
  }

  readonly #dump: Dump = <Value>(
    type: number,
    payload: Uint8Array,
    decode: (message: NetlinkMessage) => Value | undefined,
  ): readonly Value[] => {
    let values: Value[] = [];
    let error: PortError | undefined;
    for (let tries = 0; tries < DUMP_TRIES; tries += 1) {
      values = [];
      const outcome = this.#requests.dump(type, payload, (message) => {
        const value = decode(message);
        if (value !== undefined) values.push(value);
      });
      if (outcome.ok && outcome.value) return values;
      error = outcome.ok ? undefined : outcome.error;
    }
    invariant(error === undefined, `the kernel tells its state: ${error?.code} ${error?.detail}`);
    return values;
  };

  #change(message: NetlinkMessage): KernelChange | undefined {
    const { type, portId } = message;
    if (type === RTM_NEWLINK || type === RTM_DELLINK) {
      this.#tables.suspect();
      return linkChange(message);
    }
    if (type !== RTM_NEWADDR && type !== RTM_DELADDR) return this.#tables.change(message);
    const decoded = decodeAddress(message);
    if (decoded === undefined) return undefined;
    const address = linkAddressOf(decoded);
    if (type === RTM_NEWADDR) {
      return this.#echoes.isAddedEcho(address, portId)
        ? undefined
        : { kind: 'address', address, portId };
    }
    this.#tables.suspect();
    return this.#echoes.isRemovedEcho(address, portId)
      ? undefined
      : { kind: 'address-gone', address, portId };
  }
}

const DONE: OperationResult = { done: true };

/** A bridge tells of its ports in the same group, and a port that leaves it is not an interface that is gone. */
function linkChange(message: NetlinkMessage): KernelChange | undefined {
  const link = decodeLink(message);
  if (link === undefined || link.family !== AF_UNSPEC) return undefined;
  return message.type === RTM_NEWLINK
    ? { kind: 'link', link: linkOf(link) }
    : { kind: 'link-gone', index: link.index as LinkIndex };
}

function setSysctl(name: string, value: string): OperationResult {
  const file = `/proc/sys/${name}`;
  try {
    const was = readFileSync(file, 'utf8').trim();
    if (was !== value) writeFileSync(file, value);
    return { done: true, was };
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return { done: false, error: portError(Math.abs(errno), file) };
  }
}
