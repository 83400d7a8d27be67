/** What the kernel lists of the services of a namespace in its file, and what of it is not as it was at the last look. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type ServiceKey, serviceName } from '../../base/service.ts';
import type { Glimpse, ServiceGlimpse } from '../../plane.ts';
import { decodeListed, type RecordVisitor, scanListing } from '../../wire/ipvs-listing.ts';

/** Of the thread that opens it, so that it is the namespace which that one is in. */
const path = '/proc/thread-self/net/ip_vs';
const leastBytes = 64 * 1_024;

export class IpvsListing {
  readonly #fd: number;
  #bytes = Buffer.allocUnsafeSlow(leastBytes);
  /** By digest: the service whose record it is; undefined for what is none. */
  #seen = new Map<number, ServiceKey | undefined>();
  /** Services that were told to be otherwise since the last look, by name. */
  readonly #touched = new Map<string, ServiceKey>();

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** undefined where the kernel lists nothing. */
  static open(): IpvsListing | undefined {
    try {
      return new IpvsListing(openSync(path, 'r'));
    } catch {
      return undefined;
    }
  }

  touch(key: ServiceKey): void {
    this.#touched.set(serviceName(key), key);
  }

  /** undefined when it cannot be read. */
  glimpse(): Glimpse | undefined {
    const before = this.#seen;
    const seen: typeof before = new Map();
    const services: ServiceGlimpse[] = [];
    const visit: RecordVisitor = (from, to, digest) => {
      const known = before.get(digest);
      const isKnown = before.delete(digest);
      if (isKnown && (known === undefined || !this.#touched.has(serviceName(known)))) {
        seen.set(digest, known);
        return;
      }
      const service = decodeListed(this.#bytes.toString('latin1', from, to));
      seen.set(digest, service?.key);
      if (service !== undefined) services.push(service);
    };
    if (!this.#read(visit)) return undefined;
    this.#seen = seen;
    const gone = this.#gone(before.values());
    this.#touched.clear();
    return { services, gone, withServers: true };
  }

  /** Of those that were there or were made since the ones that are not there. */
  #gone(left: Iterable<ServiceKey | undefined>): readonly ServiceKey[] {
    const candidates = new Map(this.#touched);
    for (const key of left) if (key !== undefined) candidates.set(serviceName(key), key);
    if (candidates.size === 0) return [];
    for (const key of this.#seen.values()) {
      if (key !== undefined) candidates.delete(serviceName(key));
    }
    return [...candidates.values()];
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** The kernel tells some thousand bytes a read. */
  #read(visit: RecordVisitor): boolean {
    let held = 0;
    let at = 0;
    for (;;) {
      const count = this.#fill(held, at);
      if (count === undefined) return false;
      at += count;
      const length = held + count;
      const isEnd = length < this.#bytes.length;
      const rest = scanListing({ bytes: this.#bytes, length, isEnd }, visit);
      if (isEnd) return true;
      this.#bytes.copyWithin(0, rest, length);
      held = length - rest;
      if (rest === 0) this.#grow();
    }
  }

  /** Reads until nothing more fits or comes; how much that was, undefined when it failed. */
  #fill(held: number, from: number): number | undefined {
    let count = 0;
    try {
      while (held + count < this.#bytes.length) {
        const room = this.#bytes.length - held - count;
        const read = readSync(this.#fd, this.#bytes, held + count, room, from + count);
        if (read === 0) break;
        count += read;
      }
    } catch {
      return undefined;
    }
    return count;
  }

  #grow(): void {
    const bytes = Buffer.allocUnsafeSlow(2 * this.#bytes.length);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
  }
}
