/** InetScopeType of a scope of the kernel's. */
import type { AddressScope } from '../../../ports.ts';

const named = { global: 14, site: 5, link: 2, host: 1, nowhere: 0 } as const;
const numbered: Readonly<Record<number, number>> = { 0: 14, 200: 5, 253: 2, 254: 1 };

export function scopeNumber(scope: AddressScope): number {
  return typeof scope === 'number' ? (numbered[scope] ?? 0) : named[scope];
}
