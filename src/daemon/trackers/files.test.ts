import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrackFileModel } from '../../engine/translation/supervisor-trackers.ts';
import { remoteFileSystem } from './file-system.ts';
import { FileTrackers } from './files.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
let numbers: number[] = [];
let said: string[] = [];
const trackers = new FileTrackers({
  number: (_, number) => numbers.push(number),
  say: (_, text) => said.push(text),
});
after(() => {
  trackers.close();
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  trackers.configure([]);
  numbers = [];
  said = [];
});

function plan(path: string, initial?: TrackFileModel['initial']): TrackFileModel {
  return { name: 'f', tracker: 'file:f', path, initial };
}

/** Waits until as many numbers were told; the watcher does not keep the process alive by itself. */
async function told(count: number): Promise<readonly number[]> {
  for (let rounds = 0; numbers.length < count && rounds < 500; rounds += 1) await delay(10);
  return numbers;
}

test('a missing file is 0; writing, replacing and removing it is told', async () => {
  const path = join(directory, 'drain');
  trackers.configure([plan(path)]);
  assert.deepEqual(numbers, [0]);
  writeFileSync(path, '5\n');
  assert.deepEqual(await told(2), [0, 5]);
  writeFileSync(`${path}.new`, '0x10\n');
  renameSync(`${path}.new`, path);
  assert.deepEqual(await told(3), [0, 5, 16]);
  writeFileSync(path, '99999999999\n');
  await delay(100);
  assert.deepEqual(numbers, [0, 5, 16]);
  assert.match(said.join(), /99999999999 .* does not fit 32 bits and is ignored; 16 counts on/);
  rmSync(path);
  assert.deepEqual(await told(4), [0, 5, 16, 0]);
});

test('a file that is emptied before it is written shows no 0 in between', async () => {
  const path = join(directory, 'emptied');
  writeFileSync(path, '7');
  trackers.configure([plan(path)]);
  writeFileSync(path, '');
  await delay(5);
  writeFileSync(path, '8');
  assert.deepEqual(await told(2), [7, 8]);
  writeFileSync(path, '');
  assert.deepEqual(await told(3), [7, 8, 0]);
});

test('init_file writes where there is nothing, and over what is there only when told to', () => {
  const path = join(directory, 'initial');
  trackers.configure([plan(path, { value: 3, overwrite: false })]);
  assert.equal(readFileSync(path, 'utf8'), '3\n');
  trackers.configure([]);
  trackers.configure([plan(path, { value: 4, overwrite: false })]);
  assert.equal(readFileSync(path, 'utf8'), '3\n');
  trackers.configure([]);
  trackers.configure([plan(path, { value: 4, overwrite: true })]);
  assert.deepEqual(numbers, [3, 3, 4]);
});

test('a directory that goes and comes back is watched again', async () => {
  const inner = join(directory, 'inner');
  mkdirSync(inner);
  const path = join(inner, 'f');
  writeFileSync(path, '2');
  trackers.configure([plan(path)]);
  rmSync(inner, { recursive: true });
  assert.deepEqual(await told(2), [2, 0]);
  mkdirSync(inner);
  writeFileSync(path, '6');
  assert.deepEqual(await told(3), [2, 0, 6]);
  writeFileSync(path, '9');
  assert.deepEqual(await told(4), [2, 0, 6, 9]);
});

test('a file of a server is told by the nearest directory that exists', () => {
  const types: Readonly<Record<string, number>> = { '/': 0xef53, '/net': 0x6969 };
  const typeOf = (path: string): number => {
    const type = types[path];
    if (type === undefined) throw new Error('ENOENT');
    return type;
  };
  assert.equal(remoteFileSystem('/net/a/b/file', typeOf), 'NFS');
  assert.equal(remoteFileSystem('/etc/file', typeOf), undefined);
  assert.equal(remoteFileSystem('/file', typeOf), undefined);
});
