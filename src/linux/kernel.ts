/** The kernel port of a Linux host: interfaces and addresses over rtnetlink, sysctls through /proc/sys. */
import { writeFileSync } from 'node:fs';
import { familyOf } from '../base/address.ts';
import { invariant } from '../base/outcome.ts';
import type {
  Kernel,
  KernelChange,
  KernelOperation,
  KernelState,
  Link,
  LinkAddress,
  LinkIndex,
  OperationResult,
  PortError,
} from '../ports.ts';
import { type NetlinkMessage, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../wire/netlink.ts';
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
} from '../wire/rtnetlink.ts';
import { Echoes } from './echoes.ts';
import { errnoOf, portError, type Watch, watchReadable } from './ffi.ts';
import { addressKey, linkAddressOf, linkOf, wantedMessage } from './kernel-values.ts';
import { type NetlinkRequest, NetlinkSocket } from './netlink-socket.ts';

export interface LinuxKernelOptions {
  /** There are changes to tell. Synchronous; called again for as long as they are not read. */
  readonly onReadable: () => void;
  /** Bytes of receive buffer for notifications; the default holds those of some ten thousand addresses. */
  readonly receiveBuffer?: number;
  /** Asks for everything and changes nothing. */
  readonly isRehearsal?: boolean;
}

const RECEIVE_BUFFER = 16 * 1024 * 1024;
/** A dump that changes keep interrupting is taken as it is after so many tries: the watch tells the rest. */
const DUMP_TRIES = 8;
/** Datagrams read by one `changes`; what is left is told by the next. */
const CHANGES_LIMIT = 4_096;
const AF_UNSPEC = 0;

type AddressOperation = Exclude<KernelOperation, { readonly kind: 'set-sysctl' }>;

export class LinuxKernel implements Kernel {
  readonly #requests: NetlinkSocket;
  readonly #watched: NetlinkSocket;
  readonly #watch: Watch;
  readonly #echoes: Echoes;
  readonly #isRehearsal: boolean;

  constructor(options: LinuxKernelOptions) {
    const receiveBuffer = options.receiveBuffer ?? RECEIVE_BUFFER;
    const isRehearsal = options.isRehearsal ?? false;
    this.#isRehearsal = isRehearsal;
    this.#requests = new NetlinkSocket({ groups: [], receiveBuffer: RECEIVE_BUFFER, isRehearsal });
    this.#watched = new NetlinkSocket({
      groups: [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR],
      receiveBuffer,
      isRehearsal,
    });
    this.#echoes = new Echoes(this.#requests.portId);
    this.#watch = watchReadable(this.#watched.fd, options.onReadable);
  }

  /** The netlink port id under which `apply` is seen by others. */
  get portId(): number {
    return this.#requests.portId;
  }

  observe(): KernelState {
    return { links: this.#links(), addresses: this.#addresses().map(linkAddressOf) };
  }

  apply(operations: readonly KernelOperation[]): readonly OperationResult[] {
    const results: OperationResult[] = [];
    let batch: AddressOperation[] = [];
    const flush = (): void => {
      if (batch.length > 0) results.push(...this.#applyAddresses(batch));
      batch = [];
    };
    for (const operation of operations) {
      if (operation.kind === 'set-sysctl') {
        flush();
        results.push(this.#isRehearsal ? DONE : setSysctl(operation.name, operation.value));
      } else {
        batch.push(operation);
      }
    }
    flush();
    return results;
  }

  changes(): readonly KernelChange[] {
    const changes: KernelChange[] = [];
    const outcome = this.#watched.notifications(CHANGES_LIMIT, (message) => {
      const change = this.#change(message);
      if (change !== undefined) changes.push(change);
    });
    if (outcome === 'complete') return changes;
    this.#echoes.forgetExpected();
    return [{ kind: 'resynchronised', state: this.observe() }];
  }

  close(): void {
    this.#watch.close();
    this.#watched.close();
    this.#requests.close();
  }

  #applyAddresses(operations: readonly AddressOperation[]): readonly OperationResult[] {
    const errors = this.#requests.transact(operations.map(requestOf));
    const settle = errors.some((error, index) => {
      const operation = operations[index];
      return operation !== undefined && isUnsettled(operation, error);
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

  #done(operation: AddressOperation): OperationResult {
    if (operation.kind === 'remove-address') {
      this.#echoes.expectRemoved(operation);
    } else {
      const { address } = operation;
      this.#echoes.expectAdded(address, !address.flags.includes('nodad'));
    }
    return DONE;
  }

  /** Adding what is there and removing what is not are done; but only if it is exactly so. */
  #settle(
    operation: AddressOperation,
    error: PortError,
    present: ReadonlyMap<string, readonly AddressMessage[]>,
  ): OperationResult {
    if (operation.kind !== 'remove-address') {
      const isThere = error.errno === EEXIST && present.has(addressKey(operation.address));
      return isThere ? DONE : { done: false, error };
    }
    if (!ABSENT.has(error.errno)) return { done: false, error };
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

  #dump<Value>(
    type: number,
    payload: Uint8Array,
    decode: (message: NetlinkMessage) => Value | undefined,
  ): readonly Value[] {
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
  }

  #change(message: NetlinkMessage): KernelChange | undefined {
    const { type, portId } = message;
    if (type === RTM_NEWLINK || type === RTM_DELLINK) return linkChange(message);
    if (type !== RTM_NEWADDR && type !== RTM_DELADDR) return undefined;
    const decoded = decodeAddress(message);
    if (decoded === undefined) return undefined;
    const address = linkAddressOf(decoded);
    if (type === RTM_NEWADDR) {
      return this.#echoes.isAddedEcho(address, portId)
        ? undefined
        : { kind: 'address', address, portId };
    }
    return this.#echoes.isRemovedEcho(address, portId)
      ? undefined
      : { kind: 'address-gone', address, portId };
  }
}

const DONE: OperationResult = { done: true };
const EEXIST = errnoOf('EEXIST');
const EADDRNOTAVAIL = errnoOf('EADDRNOTAVAIL');
/** No such address; no such interface; an interface without that family. */
const ABSENT = new Set([EADDRNOTAVAIL, errnoOf('ENODEV'), errnoOf('ENXIO')]);

function isUnsettled(operation: AddressOperation, error: PortError | undefined): boolean {
  if (error === undefined) return false;
  return operation.kind === 'remove-address'
    ? error.errno === EADDRNOTAVAIL && familyOf(operation.address) === 'ipv4'
    : error.errno === EEXIST;
}

function requestOf(operation: AddressOperation): NetlinkRequest {
  switch (operation.kind) {
    case 'add-address':
      return {
        type: RTM_NEWADDR,
        flags: NLM_F_CREATE | NLM_F_EXCL,
        payload: encodeAddress(wantedMessage(operation.address)),
      };
    case 'renew-address':
      return {
        type: RTM_NEWADDR,
        flags: NLM_F_REPLACE,
        payload: encodeAddress(wantedMessage(operation.address)),
      };
    case 'remove-address':
      return { type: RTM_DELADDR, flags: 0, payload: encodeAddress(bareAddress(operation)) };
  }
}

function bareAddress(address: Pick<LinkAddress, 'link' | 'address' | 'prefix'>): AddressMessage {
  return {
    link: address.link,
    address: address.address,
    prefix: address.prefix,
    scope: 0,
    flags: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    lifetime: undefined,
    protocol: 0,
  };
}

function withIndex(message: AddressMessage): Pick<LinkAddress, 'link' | 'address' | 'prefix'> {
  return { link: message.link as LinkIndex, address: message.address, prefix: message.prefix };
}

/** A bridge tells of its ports in the same group, and a port that leaves it is not an interface that is gone. */
function linkChange(message: NetlinkMessage): KernelChange | undefined {
  const link = decodeLink(message);
  if (link === undefined || link.family !== AF_UNSPEC) return undefined;
  return message.type === RTM_NEWLINK
    ? { kind: 'link', link: linkOf(link) }
    : { kind: 'link-gone', index: link.index as LinkIndex };
}

function setSysctl(name: string, value: string): OperationResult {
  try {
    writeFileSync(`/proc/sys/${name}`, value);
    return DONE;
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return { done: false, error: portError(Math.abs(errno), `/proc/sys/${name}`) };
  }
}
