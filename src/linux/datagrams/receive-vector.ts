/** The struct mmsghdr array of recvmmsg(2), built once, and the control messages that come with each datagram. */
import { allocate, type Memory, receiveMany, writePointer } from '../ffi.ts';

const HEADER = 64;
const IOVEC = 16;
const NAME = 32;
/** Control messages: a timestamp, packet information and a hop limit take 88 bytes at most. */
const CONTROL = 128;
/** An advertisement of 255 IPv6 addresses has 4,088 bytes; what is longer is cut and judged by the decoder. */
const DATAGRAM = 4608;
const CMSG_HEADER = 16;

/** How many datagrams one system call reads. */
export const RECEIVE_BATCH = 64;

const MSG_DONTWAIT = 0x40;
const SOL_IP = 0;
const SOL_SOCKET = 1;
const SOL_IPV6 = 41;
const SCM_TIMESTAMPNS = 35;
const IP_TTL = 2;
const IP_PKTINFO = 8;
const IPV6_PKTINFO = 50;
const IPV6_HOPLIMIT = 52;

/** What the kernel says about a datagram beside its bytes. One object, written anew by each `control`. */
export interface ControlData {
  /** Receive time in microseconds of civil time; 0 when the kernel did not say. */
  timestamp: number;
  link: number;
  hopLimit: number;
  /** Offset of the destination in the vector's bytes; -1 where the kernel did not say. */
  destinationAt: number;
}

export class ReceiveVector {
  readonly #memory: Memory = allocate(RECEIVE_BATCH * (HEADER + IOVEC + NAME + CONTROL + DATAGRAM));
  readonly #names = RECEIVE_BATCH * (HEADER + IOVEC);
  readonly #controls = RECEIVE_BATCH * (HEADER + IOVEC + NAME);
  readonly #datagrams = RECEIVE_BATCH * (HEADER + IOVEC + NAME + CONTROL);
  readonly #control: ControlData = { timestamp: 0, link: 0, hopLimit: 0, destinationAt: -1 };

  readonly bytes = this.#memory.bytes;
  readonly view = this.#memory.view;

  constructor() {
    const { words, address } = this.#memory;
    for (let slot = 0; slot < RECEIVE_BATCH; slot += 1) {
      const header = slot * HEADER;
      const iovec = RECEIVE_BATCH * HEADER + slot * IOVEC;
      writePointer(words, header, address + this.#names + slot * NAME);
      writePointer(words, header + 16, address + iovec);
      writePointer(words, header + 24, 1);
      writePointer(words, header + 32, address + this.#controls + slot * CONTROL);
      writePointer(words, iovec, address + this.#datagrams + slot * DATAGRAM);
      writePointer(words, iovec + 8, DATAGRAM);
    }
  }

  /** How many datagrams were read, at most `limit`; negative with errno set when none could be. */
  read(fd: number, limit: number): number {
    const count = Math.min(limit, RECEIVE_BATCH);
    const { words, address } = this.#memory;
    for (let slot = 0; slot < count; slot += 1) {
      // The kernel writes the lengths that it used over those that it was offered.
      words[(slot * HEADER + 8) >> 2] = NAME;
      words[(slot * HEADER + 40) >> 2] = CONTROL;
    }
    return receiveMany(fd, address, count, MSG_DONTWAIT, 0);
  }

  /** Where the datagram of `slot` starts in `bytes`. */
  datagramAt(slot: number): number {
    return this.#datagrams + slot * DATAGRAM;
  }

  lengthOf(slot: number): number {
    return Math.min(this.#memory.words[(slot * HEADER + 56) >> 2] ?? 0, DATAGRAM);
  }

  /** Where the struct sockaddr of the sender starts in `bytes`. */
  nameAt(slot: number): number {
    return this.#names + slot * NAME;
  }

  control(slot: number): Readonly<ControlData> {
    const { words } = this.#memory;
    const data = this.#control;
    data.timestamp = 0;
    data.link = 0;
    data.hopLimit = 0;
    data.destinationAt = -1;
    let at = this.#controls + slot * CONTROL;
    const end = at + Math.min(words[(slot * HEADER + 40) >> 2] ?? 0, CONTROL);
    while (at + CMSG_HEADER <= end) {
      const length = words[at >> 2] ?? 0;
      if (length < CMSG_HEADER || at + length > end) break;
      this.#take(data, at);
      at += (length + 7) & ~7;
    }
    return data;
  }

  #take(data: ControlData, at: number): void {
    const { words } = this.#memory;
    const level = words[(at + 8) >> 2];
    const type = words[(at + 12) >> 2];
    const value = at + CMSG_HEADER;
    if (level === SOL_SOCKET && type === SCM_TIMESTAMPNS) {
      const seconds = (words[value >> 2] ?? 0) + (words[(value + 4) >> 2] ?? 0) * 0x1_0000_0000;
      data.timestamp = seconds * 1_000_000 + Math.floor((words[(value + 8) >> 2] ?? 0) / 1_000);
    } else if (level === SOL_IP && type === IP_PKTINFO) {
      data.link = words[value >> 2] ?? 0;
      // struct in_pktinfo: interface, local address, destination.
      data.destinationAt = value + 8;
    } else if (level === SOL_IP && type === IP_TTL) {
      data.hopLimit = words[value >> 2] ?? 0;
    } else if (level === SOL_IPV6 && type === IPV6_PKTINFO) {
      data.destinationAt = value;
      data.link = words[(value + 16) >> 2] ?? 0;
    } else if (level === SOL_IPV6 && type === IPV6_HOPLIMIT) {
      data.hopLimit = words[value >> 2] ?? 0;
    }
  }
}
