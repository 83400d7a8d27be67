import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reachesJournal } from './voices.ts';

test('JOURNAL_STREAM must name the very descriptor', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-voices-'));
  const descriptor = openSync(join(directory, 'file'), 'w');
  const { dev, ino } = fstatSync(descriptor);
  assert.equal(reachesJournal(`${dev}:${ino}`, descriptor), true);
  assert.equal(reachesJournal(`${dev}:${ino + 1}`, descriptor), false);
  assert.equal(reachesJournal(undefined, descriptor), false);
  closeSync(descriptor);
  rmSync(directory, { recursive: true });
});
