import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conclude, type Result } from './report.ts';

const ran = (passed: number, failed: number, skipped: readonly string[] = []): Result => ({
  kind: 'ran',
  tier: 'unit',
  tally: { passed, failed, skipped, took: 1 },
});
const cannot: Result = {
  kind: 'cannot',
  tier: 'peers',
  needs: [{ what: 'the program keepalived', package: 'keepalived', met: () => false }],
};

test('the last line alone says how many passed and failed', () => {
  assert.equal(conclude([ran(3, 0), ran(4, 0)], true).lines.at(-1), '7 passed, 0 failed');
  assert.equal(conclude([ran(3, 1)], true).lines.at(-1), '3 passed, 1 failed');
  assert.equal(conclude([ran(3, 0, ['x'])], false).lines.at(-1), '3 passed, 0 failed, 1 skipped');
});

test('a tier that cannot run is named with its package, and fails where the branch is guarded', () => {
  const here = conclude([ran(1, 0), cannot], false);
  assert.ok(here.ok);
  assert.match(here.lines.join('\n'), /peers.*keepalived \(apt-get install keepalived\)/);
  assert.equal(conclude([ran(1, 0), cannot], true).lines.at(-1), '1 passed, 1 failed');
});

test('a failure, an empty tier and a skipped test on guard are not ok', () => {
  assert.ok(!conclude([ran(1, 1)], false).ok);
  assert.ok(!conclude([{ kind: 'empty', tier: 'unit' }], false).ok);
  assert.ok(!conclude([ran(1, 0, ['x'])], true).ok);
  assert.ok(conclude([ran(1, 0, ['x'])], false).ok);
});
