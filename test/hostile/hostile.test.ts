import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign } from './campaign.ts';

/** A slice of what `npm run hostile` does. */
const PACKETS = 100_000;

test('hostile datagrams move nobody, and every one of them is counted by its reason', () => {
  const { packets, heeded, transitions, refused } = runCampaign({ packets: PACKETS, seed: 1 });
  assert.ok(heeded > packets / 100, `${heeded} right ones went through`);
  assert.ok(transitions > 10, `${transitions} transitions: right ones do move`);
  for (const reason of [
    'truncated',
    'version',
    'type',
    'checksum',
    'hop-limit',
    'unknown-router',
    'own-source',
    'authentication-type',
    'authentication-data',
    'interval',
    'address-list',
    'unknown-peer',
    'destination',
  ] as const) {
    assert.ok((refused[reason] ?? 0) > 0, `nothing was refused for ${reason}`);
  }
});
