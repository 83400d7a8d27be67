/** NETLINK_NETFILTER: transactions of nf_tables, dumps of our table, and the number of the ruleset's generation. */
import type { Family } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import {
  CONNTRACK_DELETE,
  CONNTRACK_GET,
  decodeConnection,
  encodeConnectionRequest,
  encodeForgetting,
} from '../../wire/conntrack.ts';
import {
  decodeAcknowledgement,
  encodeMessage,
  type NetlinkMessage,
  NLM_F_REQUEST,
  NLMSG_ERROR,
} from '../../wire/netlink.ts';
import { encodeTransaction, type FamilyCommand } from '../../wire/nftables/command.ts';
import type { DumpedElement } from '../../wire/nftables/element.ts';
import {
  decodeChain,
  decodeElements,
  decodeGeneration,
  decodeRule,
  decodeSetName,
  dumpRequest,
  elementRequest,
  MESSAGE,
  messageType,
  nfgenmsg,
  TABLE,
} from '../../wire/nftables/message.ts';
import { allocate, close, errnoOf, lastErrno, type Memory, portError, send } from '../ffi.ts';
import { type NetlinkRequest, NetlinkSocket } from '../netlink-socket.ts';
import { AF_NETLINK, type BufferOrder, openRaw, sizeSendBuffer } from '../socket.ts';

const NETLINK_NETFILTER = 12;
const MSG_DONTWAIT = 0x40;
/** Errors of a whole transaction, and a dump. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
/** What is kept between transactions; a larger one has memory of its own for as long as it takes. */
const KEPT_BYTES = 256 * 1024;
const MANY = 1 << 20;
const DUMP_TRIES = 5;
/** How many elements one request asks for. */
const ELEMENTS_A_REQUEST = 64;

/** What was wrong with one command of a transaction; -1 is the transaction itself. */
export interface CommandFailure {
  readonly index: number;
  readonly error: PortError;
}

export class NftablesSocket {
  readonly #socket: NetlinkSocket;
  readonly #kept: Memory = allocate(KEPT_BYTES);
  #sendBuffer = KEPT_BYTES;
  #sequence = 1;

  /** Why this kernel or process cannot, or a socket. */
  static open(buffer?: BufferOrder): Outcome<NftablesSocket, PortError> {
    const tried = openRaw(AF_NETLINK, NETLINK_NETFILTER);
    if (!tried.ok) return tried;
    close(tried.value);
    const socket = new NftablesSocket(buffer);
    const generation = socket.generation();
    if (generation.ok) return success(socket);
    socket.close();
    return generation;
  }

  private constructor(buffer: BufferOrder | undefined) {
    this.#socket = new NetlinkSocket({
      groups: [],
      receiveBuffer: buffer ?? RECEIVE_BUFFER,
      isRehearsal: false,
      protocol: NETLINK_NETFILTER,
    });
  }

  /** All commands are carried out, or none: then what was wrong, in order. With a generation in that one alone. */
  transact(commands: readonly FamilyCommand[], generation?: number): readonly CommandFailure[] {
    const { bytes, first, owners } = encodeTransaction(commands, this.#sequence, generation);
    this.#sequence = (first + owners.length) >>> 0;
    const failures: CommandFailure[] = [];
    const unsent = this.#send(bytes);
    if (unsent !== undefined) return [{ index: -1, error: unsent }];
    const isComplete = this.#answers((message) => {
      const answer = decodeAcknowledgement(message);
      if (answer === undefined || answer.errno === 0) return;
      const index = owners[(answer.sequence - first) >>> 0] ?? -1;
      failures.push({ index, error: portError(answer.errno, answer.detail) });
    });
    if (!isComplete) failures.push({ index: -1, error: portError(errnoOf('ENOBUFS')) });
    return failures;
  }

  generation(): Outcome<number, PortError> {
    let generation: number | undefined;
    const error = this.#ask(MESSAGE.getGeneration, nfgenmsg(0), (payload) => {
      generation = decodeGeneration(payload);
    });
    if (error !== undefined) return failure(error);
    return generation === undefined ? failure(portError(errnoOf('EIO'))) : success(generation);
  }

  chains(family: Family) {
    return this.#dump(MESSAGE.getChain, dumpRequest(family), (payload) => {
      const chain = decodeChain(payload);
      return chain.table === TABLE ? [chain] : [];
    });
  }

  rules(family: Family) {
    return this.#dump(MESSAGE.getRule, dumpRequest(family), (payload) => [decodeRule(payload)]);
  }

  /** ENOENT without a table of ours. */
  sets(family: Family) {
    return this.#dump(MESSAGE.getSet, dumpRequest(family), (payload) => [decodeSetName(payload)]);
  }

  elements(family: Family, set: string): Outcome<readonly DumpedElement[], PortError> {
    return this.#dump(MESSAGE.getElement, dumpRequest(family, set), decodeElements);
  }

  /** Those of these keys that are there. */
  elementsOf(family: Family, set: string, keys: readonly Uint8Array[]): readonly DumpedElement[] {
    const found: DumpedElement[] = [];
    for (let at = 0; at < keys.length; at += ELEMENTS_A_REQUEST) {
      const request = elementRequest(family, set, keys.slice(at, at + ELEMENTS_A_REQUEST));
      this.#ask(MESSAGE.getElement, request, (payload) => found.push(...decodeElements(payload)));
    }
    return found;
  }

  /** Forgets the UDP connections with these labels, so that their next datagram is a new connection. */
  forget(family: Family, labels: ReadonlySet<number>): PortError | undefined {
    const requests: NetlinkRequest[] = [];
    const request = encodeConnectionRequest(family, 'udp');
    const dumped = this.#socket.dump(CONNTRACK_GET, request, ({ payload }) => {
      const connection = decodeConnection(payload);
      if (connection === undefined || !connection.isUdp || !labels.has(connection.label)) return;
      const forgetting = encodeForgetting(family, connection.identity);
      requests.push({ type: CONNTRACK_DELETE, flags: 0, payload: forgetting });
    });
    if (!dumped.ok) return dumped.error;
    // One that has ended by itself in the meantime is forgotten too.
    return this.#socket.transact(requests).find((error) => error && error.code !== 'ENOENT');
  }

  /** Whether any living stream has a label, which is how our connections by NAT are known. */
  carriesStreams(family: Family): boolean {
    let found = false;
    const request = encodeConnectionRequest(family, 'tcp');
    this.#socket.dump(CONNTRACK_GET, request, ({ payload }) => {
      const connection = found ? undefined : decodeConnection(payload);
      found ||= connection?.isEstablished === true && connection.label !== 0;
    });
    return found;
  }

  close(): void {
    this.#socket.close();
  }

  #dump<Value>(
    type: number,
    request: Uint8Array,
    decode: (payload: Uint8Array) => readonly Value[],
  ): Outcome<readonly Value[], PortError> {
    for (let tries = 0; tries < DUMP_TRIES; tries += 1) {
      const values: Value[] = [];
      const dumped = this.#socket.dump(messageType(type), request, (message) => {
        for (const value of decode(message.payload)) values.push(value);
      });
      if (!dumped.ok) return dumped;
      if (dumped.value) return success(values);
    }
    return failure(portError(errnoOf('EINTR'), 'the ruleset changed again and again meanwhile'));
  }

  #ask(
    type: number,
    payload: Uint8Array,
    visit: (payload: Uint8Array) => void,
  ): PortError | undefined {
    const sequence = this.#sequence;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const header = { type: messageType(type), flags: NLM_F_REQUEST, sequence, portId: 0 };
    const unsent = this.#send(encodeMessage({ ...header, payload }));
    if (unsent !== undefined) return unsent;
    let error: PortError | undefined;
    this.#answers((message) => {
      if (message.type === NLMSG_ERROR) {
        const answer = decodeAcknowledgement(message);
        error = portError(answer?.errno ?? 0, answer?.detail);
      } else if (message.sequence === sequence) {
        visit(message.payload);
      }
    });
    return error;
  }

  /** The kernel has answered before send returns. False when answers were lost. */
  #answers(visit: (message: NetlinkMessage) => void): boolean {
    return this.#socket.notifications(MANY, visit) === 'complete';
  }

  #send(bytes: Uint8Array): PortError | undefined {
    const memory = bytes.length <= KEPT_BYTES ? this.#kept : allocate(bytes.length);
    memory.bytes.set(bytes);
    if (bytes.length > this.#sendBuffer - 64) {
      this.#sendBuffer = bytes.length + KEPT_BYTES;
      sizeSendBuffer(this.#socket.fd, this.#sendBuffer);
    }
    while (send(this.#socket.fd, memory.address, bytes.length, MSG_DONTWAIT) < 0) {
      const errno = lastErrno();
      if (errno !== errnoOf('EINTR')) return portError(errno);
    }
    return undefined;
  }
}
