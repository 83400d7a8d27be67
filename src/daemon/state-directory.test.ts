import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { claimStateDirectory } from './state-directory.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a second daemon is refused with a sentence, and let in after the first released it', () => {
  const first = claimStateDirectory(directory);
  assert.ok(first.ok);
  const second = claimStateDirectory(directory);
  assert.ok(!second.ok);
  assert.equal(
    second.error,
    `holdfast is running already with the state directory ${directory} (process ${process.pid}): stop that one first, or give this one its own with --state-dir`,
  );
  first.value.release();
  assert.deepEqual(readdirSync(directory), []);
  assert.ok(claimStateDirectory(directory).ok);
});

test('what a dead daemon left behind is taken over', () => {
  for (const left of ['', 'nonsense', '4194304\n12\n', `${process.pid}\n1\n`]) {
    writeFileSync(join(directory, 'holdfast.pid'), left);
    writeFileSync(join(directory, 'control.sock'), '');
    const claimed = claimStateDirectory(directory);
    assert.ok(claimed.ok, left);
    assert.deepEqual(readdirSync(directory), ['holdfast.pid']);
    claimed.value.release();
  }
});

test('a directory that cannot be used is told with what to do', () => {
  const inTheWay = join(directory, 'file');
  writeFileSync(inTheWay, '');
  const refused = claimStateDirectory(inTheWay);
  assert.ok(!refused.ok);
  assert.match(refused.error, /is not a directory: remove the file in its place/);
  const long = claimStateDirectory(join(directory, 'x'.repeat(100)));
  assert.ok(!long.ok);
  assert.match(long.error, /too long a path for a Unix socket/);
  const nowhere = claimStateDirectory('/proc/holdfast/deep');
  assert.ok(!nowhere.ok);
  assert.match(nowhere.error, /cannot be used: .*; choose another with --state-dir/);
});
