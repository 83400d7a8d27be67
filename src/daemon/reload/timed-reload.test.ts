import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { momentOf, reloadAtTime } from './timed-reload.ts';

const now = new Date(Date.UTC(2026, 2, 31, 12, 0, 0));
const utc = (text: string) => momentOf(text, now)?.toISOString();

test('a time is the next such time; with a date it is that moment, unless it has passed', () => {
  assert.equal(utc('12:00:01Z'), '2026-03-31T12:00:01.000Z');
  assert.equal(utc('12:00:00Z'), '2026-04-01T12:00:00.000Z');
  assert.equal(utc('26-12-24 18:00:00Z'), '2026-12-24T18:00:00.000Z');
  assert.equal(utc('2027-01-02 03:04:05Z\n'), '2027-01-02T03:04:05.000Z');
  assert.equal(utc('2026-03-31 11:59:59Z'), undefined);
  const local = momentOf('2026-07-01 03:04:05', now);
  assert.deepEqual([local?.getHours(), local?.getMinutes(), local?.getDate()], [3, 4, 1]);
});

test('anything else is none', () => {
  for (const text of [
    '',
    '24:00:00',
    '12:60:00',
    '1:2:3',
    '2026-02-30 12:00:00Z',
    'noon',
    '12:00',
  ]) {
    assert.equal(momentOf(text, new Date(Date.UTC(2026, 0, 1))), undefined, text);
  }
});

test('a file that appears later is heeded, nonsense is told, and its time comes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-timed-'));
  const file = join(directory, 'at');
  const told: string[] = [];
  let heard = (_what: string): void => undefined;
  const next = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`never told ${pattern}: ${told}`)), 10_000);
      heard = (text) => {
        told.push(text);
        if (!pattern.test(text)) return;
        clearTimeout(limit);
        resolve();
      };
    });
  const timed = reloadAtTime({
    file,
    daily: false,
    reload: () => heard('reloaded'),
    say: (text) => heard(text),
    complain: (text) => heard(text),
  });
  const nonsense = next(/"soon" is no time to come/);
  writeFileSync(file, 'soon');
  await nonsense;
  const reloaded = next(/^reloaded$/);
  const at = new Date(Date.now() + 1_500);
  writeFileSync(file, `${at.toISOString().slice(11, 19)}Z\n`);
  await reloaded;
  assert.ok(Date.now() >= at.getTime() - 1_000);
  timed.close();
  rmSync(directory, { recursive: true });
});
