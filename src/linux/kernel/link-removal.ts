/**
 * Removes links. The kernel waits until nobody looks at them any more, some twenty to two hundred milliseconds, in which whoever
 * asked for it does nothing else: so another thread asks. For a group of links it waits once, so several are put into a
 * group that nobody else uses, and that is removed.
 */
import type { LinkIndex } from '../../ports.ts';
import {
  encodeGroupGone,
  encodeLinkGone,
  encodeLinkGroup,
  RTM_DELLINK,
  RTM_NEWLINK,
} from '../../wire/link.ts';
import { type NetlinkRequest, NetlinkSocket } from '../netlink-socket.ts';

/** Whoever names groups of interfaces numbers them from 0; with the process id behind it, it is this process's own. */
const GROUP = 0x4846_0000;
/** What fits the send buffer many times over. */
const MOST = 512;
const RECEIVE_BUFFER = 1024 * 1024;

export class LinkRemoval {
  /** Of its own: the other one is needed meanwhile. Opened when a link is removed for the first time. */
  #socket: NetlinkSocket | undefined;
  readonly #waiting = new Set<LinkIndex>();
  #isBusy = false;
  #isClosed = false;

  /** What comes of it is told to those who watch links. */
  begin(indices: readonly LinkIndex[]): void {
    for (const index of indices) this.#waiting.add(index);
    if (!this.#isBusy) this.#next();
  }

  /** What has been begun is carried out all the same. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    if (!this.#isBusy) this.#socket?.close();
  }

  #next(): void {
    const indices = [...this.#waiting].slice(0, MOST);
    for (const index of indices) this.#waiting.delete(index);
    if (indices.length === 0) return;
    this.#socket ??= new NetlinkSocket({
      groups: [],
      receiveBuffer: RECEIVE_BUFFER,
      isRehearsal: false,
    });
    this.#isBusy = true;
    this.#socket.transactAside(requestsFor(indices), () => {
      this.#isBusy = false;
      if (this.#isClosed) this.#socket?.close();
      else this.#next();
    });
  }
}

function requestsFor(indices: readonly LinkIndex[]): readonly NetlinkRequest[] {
  const [only] = indices;
  if (indices.length === 1 && only !== undefined) {
    return [{ type: RTM_DELLINK, flags: 0, payload: encodeLinkGone(only) }];
  }
  const group = GROUP | (process.pid & 0xffff);
  const marking = indices.map((index) => ({
    type: RTM_NEWLINK,
    flags: 0,
    payload: encodeLinkGroup(index, group),
  }));
  return [...marking, { type: RTM_DELLINK, flags: 0, payload: encodeGroupGone(group) }];
}
