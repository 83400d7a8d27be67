/**
 * Which notifications are only the echo of what this port did itself.
 *
 * A notification about IPv4 carries the port id of who caused it, but removing an address can take others along, or
 * promote them, under the same port id: those are news. So an echo is one that is ours *and* expected. A notification
 * about IPv6 never says who caused it. There an address that we added is compared with what we know of it already:
 * the end of duplicate address detection is news, a mere repetition (each renewal makes one) is not.
 */
import { familyOf } from '../../base/address.ts';
import type { LinkAddress } from '../../ports.ts';
import { addressKey } from './values.ts';

export class Echoes {
  readonly #portId: number;
  readonly #added = new Map<string, number>();
  readonly #removed = new Map<string, number>();
  /** IPv6 addresses that we added, until we are told that they are gone. */
  readonly #known = new Map<string, KnownAddress>();

  constructor(portId: number) {
    this.#portId = portId;
  }

  /** An address was added or renewed by us. */
  expectAdded(address: AddressPlace, hasDetection: boolean): void {
    const key = addressKey(address);
    if (familyOf(address.address) === 'ipv4') {
      increment(this.#added, key);
      return;
    }
    const known = this.#known.get(key);
    if (known?.isWanted === true) return;
    this.#known.set(key, { isWanted: true, tentative: hasDetection, duplicate: false });
  }

  expectRemoved(address: AddressPlace): void {
    const key = addressKey(address);
    increment(this.#removed, key);
    const known = this.#known.get(key);
    if (known !== undefined) this.#known.set(key, { ...known, isWanted: false });
  }

  /** Whether a notification that `address` is there tells us nothing new. */
  isAddedEcho(address: LinkAddress, portId: number): boolean {
    const key = addressKey(address);
    if (familyOf(address.address) === 'ipv4') {
      return portId === this.#portId && decrement(this.#added, key);
    }
    const known = this.#known.get(key);
    if (known === undefined) return false;
    const { tentative, duplicate } = address;
    this.#known.set(key, { ...known, tentative, duplicate });
    return known.tentative === tentative && known.duplicate === duplicate;
  }

  /** Whether a notification that `address` is gone tells us nothing new. */
  isRemovedEcho(address: LinkAddress, portId: number): boolean {
    const key = addressKey(address);
    const isPossible = familyOf(address.address) === 'ipv6' || portId === this.#portId;
    const isEcho = isPossible && decrement(this.#removed, key);
    // What was added again since, or will be told gone once more, is still to be compared with.
    const isAwaited = this.#known.get(key)?.isWanted === true || this.#removed.has(key);
    if (!isEcho || !isAwaited) this.#known.delete(key);
    return isEcho;
  }

  /** Notifications were lost: the echoes of all that was done so far will not come. */
  forgetExpected(): void {
    this.#added.clear();
    this.#removed.clear();
  }
}

type AddressPlace = Pick<LinkAddress, 'link' | 'address' | 'prefix'>;

interface KnownAddress {
  /** We added it and have not removed it since. */
  readonly isWanted: boolean;
  /** As they were last told, or as the kernel sets them when it adds the address. */
  readonly tentative: boolean;
  readonly duplicate: boolean;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function decrement(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key);
  if (count === undefined) return false;
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
  return true;
}
