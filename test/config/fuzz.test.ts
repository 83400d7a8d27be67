import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign } from '../fuzz/reader.ts';

test('a slice of the campaign of mutated files: no throw, no hang, no place outside its text', () => {
  const verdict = runCampaign({ count: 3_000, seed: 1, folders: [] });
  assert.equal(verdict.failure, undefined);
});
