/** The packet filter of a Linux host: whole tables of nf_tables, each in one transaction. Opened when it is first needed. */
import type { Firewall, OperationResult, PortError } from '../../ports.ts';
import { encodeFirewall, encodeTableQuestion, familiesOf } from '../../wire/firewall.ts';
import { decodeAcknowledgement } from '../../wire/netlink.ts';
import { allocate, lastErrno, portError, send } from '../ffi.ts';
import { NetlinkSocket } from '../netlink-socket.ts';
import { sizeSendBuffer } from '../socket.ts';

const NETLINK_NETFILTER = 12;
const RECEIVE_BUFFER = 1024 * 1024;
const MSG_DONTWAIT = 0x40;
const ANSWERS_MOST = 4_096;

const DONE: OperationResult = { done: true };

export class LinuxFirewall {
  #socket: NetlinkSocket | undefined;
  #sequence = 1;
  /** As text, to be compared. */
  #held: string | undefined;

  /** What was set last is not written again while its tables are there, so that what they count is kept. */
  set(firewall: Firewall): OperationResult {
    this.#socket ??= new NetlinkSocket({
      groups: [],
      receiveBuffer: RECEIVE_BUFFER,
      isRehearsal: false,
      protocol: NETLINK_NETFILTER,
    });
    const socket = this.#socket;
    const isThere = familiesOf(firewall).every((family) => {
      const question = encodeTableQuestion(firewall.name, family, this.#sequence);
      return this.#transact(socket, question) === undefined;
    });
    if (isThere && JSON.stringify(firewall) === this.#held) return DONE;
    const bytes = encodeFirewall(firewall, this.#sequence);
    this.#sequence = (this.#sequence + bytes.length) % 0x4000_0000;
    const error = this.#transact(socket, bytes);
    this.#held = error === undefined ? JSON.stringify(firewall) : undefined;
    return error === undefined ? DONE : { done: false, error };
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The kernel has answered before `send` returns; nothing but errors was asked for. */
  #transact(socket: NetlinkSocket, bytes: Uint8Array): PortError | undefined {
    const memory = allocate(bytes.length);
    memory.bytes.set(bytes);
    sizeSendBuffer(socket.fd, bytes.length * 2);
    if (send(socket.fd, memory.address, bytes.length, MSG_DONTWAIT) < 0) {
      return portError(lastErrno());
    }
    let error: PortError | undefined;
    socket.notifications(ANSWERS_MOST, (message) => {
      const answer = decodeAcknowledgement(message);
      if (answer === undefined || answer.errno === 0) return;
      error ??= portError(answer.errno, answer.detail);
    });
    return error;
  }
}
