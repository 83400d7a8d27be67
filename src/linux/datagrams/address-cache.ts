/**
 * Address text for address bytes without rendering it each time: the same few routers are heard again and again.
 * A direct-mapped table, so hostile sources can only make it useless, never large.
 */
import { type Address, addressAt, type Family } from '../../base/address.ts';

const SLOTS = 1024;

interface Entry {
  readonly one: number;
  readonly two: number;
  readonly three: number;
  readonly four: number;
  readonly address: Address;
}

export class AddressCache {
  readonly #entries: Record<Family, (Entry | undefined)[]> = {
    ipv4: new Array<Entry | undefined>(SLOTS).fill(undefined),
    ipv6: new Array<Entry | undefined>(SLOTS).fill(undefined),
  };

  /** The address whose bytes start at `at`. */
  addressAt(
    { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
    at: number,
    family: Family,
  ): Address {
    const wide = family === 'ipv6';
    const one = view.getUint32(at);
    const two = wide ? view.getUint32(at + 4) : 0;
    const three = wide ? view.getUint32(at + 8) : 0;
    const four = wide ? view.getUint32(at + 12) : 0;
    const mixed = Math.imul(one ^ two ^ three ^ four, 0x9e3779b1) >>> 22;
    const entries = this.#entries[family];
    const known = entries[mixed];
    if (
      known !== undefined &&
      known.one === one &&
      known.two === two &&
      known.three === three &&
      known.four === four
    ) {
      return known.address;
    }
    const address = addressAt(bytes, at, family);
    entries[mixed] = { one, two, three, four, address };
    return address;
  }
}
