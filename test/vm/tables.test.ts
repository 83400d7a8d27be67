/**
 * Forty configurations: the table that the packaged keepalived programs from each, and the one that Holdfast programs,
 * both read back by the packaged ipvsadm, are the same, entry for entry.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { command } from '../lab/command.ts';
import { addNamespaces, type Namespace, namespaceNamed } from '../lab/namespace.ts';
import { program } from './balancer.ts';
import { enterGuest } from './guest.ts';
import { emptyTable, type Picture, readPictures } from './ipvsadm.ts';
import { openPlaneIn } from './plane.ts';

enterGuest(import.meta.filename);

const COUNT = 40;

interface Pair {
  readonly packaged: Picture;
  readonly ours: Picture;
  /** What both said, for whoever finds them different. */
  readonly log: string;
}

const filesIn = (folder: string): readonly string[] => {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path).map((name) => join(path, name));
};
const files = filesIn('tables');
const [groupMask = ''] = filesIn('differing');
const pairs = await readPairs([...files, groupMask]);

assert.equal(files.length, COUNT);
for (const file of files) {
  test(basename(file), () => {
    const { packaged, ours, log } = pairOf(file);
    assert.ok(packaged.entries.length > 0, `keepalived programs something:\n${log}`);
    assert.deepEqual(ours, packaged, log);
  });
}

test('the mask of a group, which keepalived 2.2.7 forgets, is kept', () => {
  const { packaged, ours } = pairOf(groupMask);
  assert.equal(packaged.entries[0], '-A -t 192.0.2.80:443 -s wlc -p 900');
  assert.equal(ours.entries[0], `${packaged.entries[0]} -M 255.255.255.128`);
});

function pairOf(file: string): Pair {
  const pair = pairs.get(file);
  assert.ok(pair !== undefined);
  return pair;
}

async function readPairs(wanted: readonly string[]): Promise<ReadonlyMap<string, Pair>> {
  emptyTable();
  const spaces = (role: string) =>
    wanted.map((file) => namespaceNamed(`${role}-${basename(file, '.conf')}`));
  const [theirs, ours] = [spaces('keepalived'), spaces('holdfast')];
  await addNamespaces([...theirs, ...ours]);
  // Without loopback the kernel takes no address for one of a host.
  const up = [...theirs, ...ours].map((space) => `ip -n ${space.name} link set lo up\n`);
  await command('sh', ['-e'], up.join(''));
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  execFileSync('sh', [join(import.meta.dirname, 'packaged.sh'), folder, ...wanted]);
  const reports = await Promise.all(wanted.map((file, index) => programmed(file, ours[index])));
  const pictures = readPictures([...theirs, ...ours]);
  return new Map(
    wanted.map((file, index) => {
      const [packaged, own] = [pictures[index], pictures[wanted.length + index]];
      assert.ok(packaged !== undefined && own !== undefined);
      const said = readFileSync(join(folder, `${basename(file, '.conf')}.log`), 'utf8');
      const log = `keepalived said:\n${said}\nHoldfast reports ${reports[index]}`;
      return [file, { packaged, ours: own, log }];
    }),
  );
}

async function programmed(file: string, space: Namespace | undefined): Promise<string> {
  assert.ok(space !== undefined);
  const plane = await openPlaneIn(space);
  const reports = program(file, plane);
  plane.close();
  return JSON.stringify(reports);
}
