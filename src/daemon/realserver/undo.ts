/** What an undo has to change, and what is left of the record afterwards. Pure. */
import type { Address } from '../../base/address.ts';
import { emptyRecord, type RealServerRecord } from './record.ts';
import { dotted, type RealServerHost, withPrefix } from './steps.ts';

export type UndoStep =
  | { readonly kind: 'setting'; readonly name: string; readonly was: string; readonly to: string }
  | { readonly kind: 'address'; readonly address: Address; readonly interface: string }
  | { readonly kind: 'link-down'; readonly interface: string }
  /** Somebody else has changed it since, and keeps it. */
  | { readonly kind: 'kept'; readonly what: string };

export interface Undoing {
  /** In the order in which they are to be taken: nothing can be asked for any more when ARP speaks again. */
  readonly steps: readonly UndoStep[];
  readonly left: RealServerRecord;
}

/** `addresses` are those to be taken away; none means all. Settings go back when no address needs them any more. */
export function undoingOf(
  record: RealServerRecord,
  addresses: readonly Address[],
  host: Pick<RealServerHost, 'links' | 'addresses' | 'setting'>,
): Undoing {
  const leaving = record.addresses.filter(
    ({ address }) => addresses.length === 0 || addresses.includes(address),
  );
  const staying = record.addresses.filter((place) => !leaving.includes(place));
  const removals = leaving.flatMap((place): UndoStep[] =>
    isPresent(host, place) ? [{ kind: 'address', ...place }] : [],
  );
  if (addresses.length > 0 && staying.length > 0) {
    return { steps: removals, left: { ...record, addresses: staying } };
  }
  const settings = Object.entries(record.settings).flatMap(([name, change]) =>
    restored(name, change, host.setting(name)),
  );
  const links = record.links.map((name) => ({ kind: 'link-down', interface: name }) as const);
  return { steps: [...removals, ...links, ...settings], left: emptyRecord };
}

function isPresent(
  { links, addresses }: Pick<RealServerHost, 'links' | 'addresses'>,
  place: RealServerRecord['addresses'][number],
): boolean {
  const index = links.find(({ name }) => name === place.interface)?.index;
  return addresses.some(({ link, address }) => address === place.address && link === index);
}

function restored(
  name: string,
  { was, to }: { readonly was: string; readonly to: string },
  now: string | undefined,
): readonly UndoStep[] {
  if (now === undefined || now === was) return [];
  if (now === to) return [{ kind: 'setting', name, was: to, to: was }];
  return [{ kind: 'kept', what: `${dotted(name)} is ${now}, which somebody else has set since` }];
}

export function undoSentence(step: UndoStep): string {
  switch (step.kind) {
    case 'setting':
      return `set ${dotted(step.name)} back from ${step.was} to ${step.to}`;
    case 'address':
      return `remove ${withPrefix(step.address)} from ${step.interface}`;
    case 'link-down':
      return `set ${step.interface} down`;
    case 'kept':
      return `leave it: ${step.what}`;
  }
}
