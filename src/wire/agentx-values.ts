/** What SNMP objects are named by and what they hold, as AgentX carries it (RFC 2741 5). */

/** An object identifier, number by number. */
export type Oid = readonly number[];

export type SnmpValue =
  /** 32 bits, signed. */
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'oid'; readonly value: Oid }
  /** Four bytes. */
  | { readonly kind: 'address'; readonly value: Uint8Array }
  /** 32 bits, unsigned: what is larger is counted around. `ticks` are hundredths of a second. */
  | { readonly kind: 'counter' | 'gauge' | 'ticks'; readonly value: number }
  | { readonly kind: 'counter64'; readonly value: bigint }
  | { readonly kind: 'opaque'; readonly value: Uint8Array }
  | { readonly kind: 'null' | 'no-such-object' | 'no-such-instance' | 'end-of-view' };

export interface Varbind {
  readonly oid: Oid;
  readonly value: SnmpValue;
}

/** RFC 2741 5.4. */
export const valueTypes = {
  integer: 2,
  string: 4,
  null: 5,
  oid: 6,
  address: 64,
  counter: 65,
  gauge: 66,
  ticks: 67,
  opaque: 68,
  counter64: 70,
  'no-such-object': 128,
  'no-such-instance': 129,
  'end-of-view': 130,
} as const satisfies Readonly<Record<SnmpValue['kind'], number>>;

/** In the order in which a walk meets them: negative where `one` comes first. */
export function compareOids(one: Oid, other: Oid): number {
  const common = Math.min(one.length, other.length);
  for (let at = 0; at < common; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** `1.3.6.1`; a dot in front is allowed. */
export function parseOid(text: string): Oid {
  return text.replace(/^\./, '').split('.').map(Number);
}

export function renderOid(oid: Oid): string {
  return oid.join('.');
}
