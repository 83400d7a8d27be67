/** What the kernel tells of changes of the ruleset of this namespace, by whomever. */
import { decodeNotification, type Notification } from '../../wire/nftables/message.ts';
import { type Watch, watchReadable } from '../ffi.ts';
import { NetlinkSocket } from '../netlink-socket.ts';
import type { BufferOrder } from '../socket.ts';

const NETLINK_NETFILTER = 12;
const NFNLGRP_NFTABLES = 7;
/** For what others change in one go: what does not find room is as if everything had changed. */
const WATCH_BUFFER = 256 * 1024;
const MANY = 1_000;

export interface WatchEvents {
  /** In the order of the changes. */
  hear(notification: Notification): void;
  /** Some could not be heard. */
  lost(): void;
  /** What has come is heard. Not called for what `drain` was asked for. */
  rest(): void;
}

/** Hears what changes. Our own transactions are carried out while it does not listen. */
export class NftablesWatch {
  readonly #socket: NetlinkSocket;
  readonly #watch: Watch;
  readonly #events: WatchEvents;

  constructor(events: WatchEvents, buffer?: BufferOrder) {
    this.#events = events;
    this.#socket = new NetlinkSocket({
      groups: [NFNLGRP_NFTABLES],
      receiveBuffer: buffer ?? WATCH_BUFFER,
      isRehearsal: false,
      protocol: NETLINK_NETFILTER,
    });
    this.#watch = watchReadable(this.#socket.fd, () => {
      this.drain();
      events.rest();
    });
  }

  aside<Value>(action: () => Value): Value {
    this.#socket.leave(NFNLGRP_NFTABLES);
    try {
      return action();
    } finally {
      this.#socket.join(NFNLGRP_NFTABLES);
    }
  }

  /** Hears what waits. */
  drain(): void {
    const heard = this.#socket.notifications(MANY, ({ type, payload }) => {
      const notification = decodeNotification(type, payload);
      if (notification !== undefined) this.#events.hear(notification);
    });
    if (heard === 'overrun') this.#events.lost();
  }

  close(): void {
    this.#watch.close();
    this.#socket.close();
  }
}
