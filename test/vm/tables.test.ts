/**
 * Forty configurations: the table that the packaged keepalived programs from each, and the one that Holdfast programs,
 * both read back by the packaged ipvsadm, are the same, entry for entry.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import {
  addNamespaces,
  configure,
  type Namespace,
  namespaceNamed,
  removeNamespaceNow,
} from '../lab/namespace.ts';
import { crash, startTask } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { program } from './balancer.ts';
import { enterGuest } from './guest.ts';
import { emptyTable, type Picture, readPicture } from './ipvsadm.ts';
import { openPlane } from './plane.ts';

enterGuest(import.meta.filename);

/** So many of keepalived's run at once, since each waits more than it works. */
const AT_ONCE = 8;
const PATIENCE = 30_000;

interface Packaged extends Picture {
  readonly log: string;
}

const filesIn = (folder: string): readonly string[] => {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path).map((name) => join(path, name));
};
const files = filesIn('tables');
const [groupMask = ''] = filesIn('differing');
emptyTable();
const untouched = readPicture().timeouts;
const theirs = await readPackaged([...files, groupMask]);
const plane = await openPlane();
beforeEach(() => {
  plane.apply(plane.observe().map(({ key }) => ({ kind: 'remove-service', key })));
  plane.synchronise([]);
  const [tcp, tcpFin, udp] = untouched;
  plane.setTimeouts({ tcp, tcpFin, udp });
});
after(() => plane.close());

assert.equal(files.length, 40);
for (const file of files) {
  test(basename(file), () => {
    const packaged = theirs.get(file);
    assert.ok(packaged !== undefined);
    const { log, ...expected } = packaged;
    assert.ok(expected.entries.length > 0, `keepalived programs something:\n${log}`);
    const reports = program(file, plane);
    const told = `keepalived said:\n${log}\nHoldfast reports ${JSON.stringify(reports)}`;
    assert.deepEqual(readPicture(), expected, told);
  });
}

test('the mask of a group, which keepalived 2.2.7 forgets, is kept', () => {
  const [packaged] = theirs.get(groupMask)?.entries ?? [];
  assert.equal(packaged, '-A -t 192.0.2.80:443 -s wlc -p 900');
  program(groupMask, plane);
  assert.equal(readPicture().entries[0], `${packaged} -M 255.255.255.128`);
});

async function readPackaged(wanted: readonly string[]): Promise<ReadonlyMap<string, Packaged>> {
  const pictures = new Map<string, Packaged>();
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const spaces = some.map((file) =>
      namespaceNamed(`hflab-${process.pid}-${basename(file, '.conf')}`),
    );
    await addNamespaces(spaces);
    const read = await Promise.all(some.map((file, index) => packagedPicture(file, spaces[index])));
    for (const [index, file] of some.entries()) {
      const one = read[index];
      if (one !== undefined) pictures.set(file, one);
    }
    spaces.forEach(removeNamespaceNow);
  }
  return pictures;
}

async function packagedPicture(file: string, space: Namespace | undefined): Promise<Packaged> {
  assert.ok(space !== undefined);
  await configure(space, ['link set lo up']);
  const directory = mkdtempSync(join(tmpdir(), 'tables-'));
  const own = (name: string) => join(directory, name);
  const task = startTask(
    space,
    'keepalived',
    [
      ...[
        '--use-file',
        file,
        '--dont-fork',
        '--log-console',
        '--log-detail',
        '--no-syslog',
        '--check',
      ],
      ...['--pid', own('keepalived.pid'), '--checkers_pid', own('checkers.pid')],
    ],
    { name: basename(file), environment: { TMPDIR: directory } },
  );
  await until(`keepalived has read ${basename(file)}`, PATIENCE, () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    return task.log().includes('Startup complete') || undefined;
  });
  const seen = { ...readPicture(space), log: task.log() };
  await crash(task);
  return seen;
}
