/** The words behind `encap` as a light-weight tunnel. */
import { type Address, parseAddress } from '../../base/address.ts';
import type { Encapsulation } from '../../base/route.ts';
import type { Encapsulation as Words } from '../../language/values/route-parts.ts';
import { numberOf } from './routing-names.ts';

/** Why it cannot be had, instead. */
export function encapsulationOf({ kind, words }: Words): Encapsulation | string {
  if (kind === 'ila') return 'ILA tunnels are not known here';
  if (kind === 'mpls') {
    const labels = (words[0] ?? '').split('/').map(numberOf);
    const known = labels.filter((label) => label !== undefined && label < 1 << 20);
    if (known.length !== labels.length) return `${words[0]} is no stack of MPLS labels`;
    return { kind, labels: known.filter((label) => label !== undefined) };
  }
  const options = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    options.set(words[at] ?? '', words[at + 1] ?? '');
  }
  const number = (...names: string[]): number | undefined => {
    const text = names.map((name) => options.get(name)).find((value) => value !== undefined);
    return text === undefined ? undefined : numberOf(text);
  };
  const address = (name: string): Address | undefined => parseAddress(options.get(name) ?? '');
  const id = options.get('id');
  if (id !== undefined && !/^\d+$/.test(id)) return `${id} is no tunnel number`;
  return {
    kind,
    id,
    destination: address('dst'),
    source: address('src'),
    tos: number('tos', 'tc'),
    ttl: number('ttl', 'hoplimit'),
    flags: number('flags'),
  };
}
