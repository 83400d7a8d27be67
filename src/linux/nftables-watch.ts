/** Word that the ruleset of this namespace has changed, by whomever. */
import { type Watch, watchReadable } from './ffi.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import type { BufferOrder } from './socket.ts';

const NETLINK_NETFILTER = 12;
const NFNLGRP_NFTABLES = 7;
/** That somebody changes something is all that is of interest, not what. */
const WATCH_BUFFER = 16 * 1024;
const MANY = 1_000;

/** Hears that the ruleset has changed. Our own transactions are carried out while it does not listen. */
export class NftablesWatch {
  readonly #socket: NetlinkSocket;
  readonly #watch: Watch;

  constructor(onChange: () => void, buffer?: BufferOrder) {
    this.#socket = new NetlinkSocket({
      groups: [NFNLGRP_NFTABLES],
      receiveBuffer: buffer ?? WATCH_BUFFER,
      isRehearsal: false,
      protocol: NETLINK_NETFILTER,
    });
    this.#watch = watchReadable(this.#socket.fd, () => {
      this.#drain();
      onChange();
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

  close(): void {
    this.#watch.close();
    this.#socket.close();
  }

  #drain(): void {
    this.#socket.notifications(MANY, () => undefined);
  }
}
