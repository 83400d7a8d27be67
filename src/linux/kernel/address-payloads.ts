/** The netlink payloads of addresses; of those that may be wanted soon they are made ahead of need. */
import type { WantedAddress } from '../../ports.ts';
import { encodeAddress } from '../../wire/rtnetlink.ts';
import { wantedMessage } from './values.ts';

export class AddressPayloads {
  readonly #made = new WeakMap<WantedAddress, Uint8Array>();

  prepare(addresses: readonly WantedAddress[]): void {
    const news = addresses.filter((address) => !this.#made.has(address));
    const payloads = news.map(encoded);
    // A piece of memory for each of a thousand would weigh more than what is in it.
    const all = new Uint8Array(payloads.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const [index, payload] of payloads.entries()) {
      const address = news[index];
      all.set(payload, at);
      if (address !== undefined) this.#made.set(address, all.subarray(at, at + payload.length));
      at += payload.length;
    }
  }

  of(address: WantedAddress): Uint8Array {
    return this.#made.get(address) ?? encoded(address);
  }
}

function encoded(address: WantedAddress): Uint8Array {
  return encodeAddress(wantedMessage(address));
}
