/**
 * Which notifications are only the echo of what this port did itself.
 *
 * A notification about IPv4 carries the port id of who caused it, but removing an address can take others along, or
 * promote them, under the same port id: those are news. So an echo is one that is ours *and* expected. A notification
 * about IPv6 never says who caused it. There an address that we added is compared with what we know of it already:
 * the end of duplicate address detection is news, a mere repetition (each renewal makes one) is not.
 */
import { familyOf } from '../base/address.ts';
import type { LinkAddress } from '../ports.ts';
import { addressKey } from './kernel-values.ts';

export class Echoes {
  readonly #portId: number;
  readonly #added = new Map<string, number>();
  readonly #removed = new Map<string, number>();
  /** IPv6 addresses that we added, and whether they were tentative or duplicate when last told. */
  readonly #known = new Map<string, string>();

  constructor(portId: number) {
    this.#portId = portId;
  }

  /** An address was added or renewed by us. */
  expectAdded(address: Pick<LinkAddress, 'link' | 'address' | 'prefix'>, hasDad: boolean): void {
    const key = addressKey(address);
    if (familyOf(address.address) === 'ipv4') increment(this.#added, key);
    else if (!this.#known.has(key)) this.#known.set(key, detection(hasDad, false));
  }

  expectRemoved(address: Pick<LinkAddress, 'link' | 'address' | 'prefix'>): void {
    const key = addressKey(address);
    increment(this.#removed, key);
    this.#known.delete(key);
  }

  /** Whether a notification that `address` is there tells us nothing new. */
  isAddedEcho(address: LinkAddress, portId: number): boolean {
    const key = addressKey(address);
    if (familyOf(address.address) === 'ipv4') {
      return portId === this.#portId && decrement(this.#added, key);
    }
    const known = this.#known.get(key);
    if (known === undefined) return false;
    const current = detection(address.tentative, address.duplicate);
    this.#known.set(key, current);
    return known === current;
  }

  /** Whether a notification that `address` is gone tells us nothing new. */
  isRemovedEcho(address: LinkAddress, portId: number): boolean {
    const key = addressKey(address);
    const isPossible = familyOf(address.address) === 'ipv6' || portId === this.#portId;
    if (isPossible && decrement(this.#removed, key)) return true;
    this.#known.delete(key);
    return false;
  }

  /** Notifications were lost: the echoes of all that was done so far will not come. */
  forgetExpected(): void {
    this.#added.clear();
    this.#removed.clear();
  }
}

function detection(isTentative: boolean, isDuplicate: boolean): string {
  return `${isTentative} ${isDuplicate}`;
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
