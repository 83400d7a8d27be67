import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Forwarding, ServerSettings } from '../../base/service.ts';
import { sameServer } from './sameness.ts';

const forwardings: readonly Forwarding[] = [
  { kind: 'nat' },
  { kind: 'nat', masquerade: true },
  { kind: 'direct' },
  { kind: 'tunnel', tunnel: { kind: 'ipip' } },
  { kind: 'tunnel', tunnel: { kind: 'gre', checksum: 'none' } },
  { kind: 'tunnel', tunnel: { kind: 'gre', checksum: 'checksum' } },
  { kind: 'tunnel', tunnel: { kind: 'gue', port: 1, checksum: 'none' } },
  { kind: 'tunnel', tunnel: { kind: 'gue', port: 2, checksum: 'none' } },
];

test('every way of forwarding is the same as itself and as no other', () => {
  const settings = (forwarding: Forwarding): ServerSettings => ({
    ...{ forwarding, weight: 1, upper: 0, lower: 0 },
  });
  for (const one of forwardings) {
    for (const other of forwardings) {
      const isSame = sameServer(settings(one), settings(structuredClone(other)));
      assert.equal(isSame, one === other, JSON.stringify([one, other]));
    }
  }
});
