/**
 * What the journal is told of nftables where the kernel has chosen it and not the configuration: what it does otherwise
 * than IPVS. Where `lvs_plane nftables` is written, `holdfast check` has said it.
 */
import type { BalancerModel } from '../../engine/balancer/model.ts';
import { shortfalls } from '../../wire/nftables/shortfall.ts';

/** What there is to say of a model; each thing once, however many services and models it is in. */
export function planeRemarks(): (model: BalancerModel) => readonly string[] {
  const told = new Set<string>();
  return ({ plane, services }) => {
    if (plane.kind === 'nftables') return [];
    const found = new Map<string, string[]>();
    for (const { id, settings, servers } of services) {
      for (const { text } of shortfalls({ ...settings, servers })) {
        const known = found.get(text);
        if (known === undefined) found.set(text, [id]);
        else known.push(id);
      }
    }
    const fresh = [...found].filter(([text]) => !told.has(text));
    for (const [text] of fresh) told.add(text);
    return fresh.map(([text, [first, ...others]]) => {
      const noun = others.length === 1 ? 'service' : 'services';
      const more = others.length === 0 ? '' : ` and ${others.length} other ${noun}`;
      return `${first}${more}: nftables does otherwise than IPVS: ${text}`;
    });
  };
}
