/**
 * What is tracked, beside keepalived with the same file: both come to the same priorities and states after every event.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { statusOf } from '../daemon/site.ts';
import { dumped } from '../doors/dump-files.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { hearingOfProcesses, startKeepalived } from '../lab/keepalived.ts';
import { openLab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { peerIs } from './pair.ts';

const lab = await openLab(['a', 'b']);
await lab.isolate('b');
const [ours, theirs] = [lab.host('a'), lab.host('b')];
/** Executed once each: keepalived counts a program twice that was another before. */
const workers: ChildProcess[] = [];
after(() => {
  for (const worker of workers) worker.kill();
  return lab.close();
});

interface Wanted {
  readonly id: number;
  readonly inside?: string;
}

function instance({ id, inside = '' }: Wanted): string {
  return `vrrp_instance V${id} {
  interface eth0
  version 3
  virtual_router_id ${id}
  priority 100
  advert_int 0.1
  virtual_ipaddress {
    10.11.0.${100 + id}/24
  }
${inside}}
`;
}

/** A name that no other process has. */
const programName = `hfp${process.pid}`;
const program = join(ours.directory, programName);
copyFileSync('/bin/sleep', program);

/** What each of them adds is told from the sum. */
const processes = (
  [
    ['named', `process ${programName}`],
    ['some', `process ${programName}`, 'quorum 2', 'quorum_max 3'],
    ['bridged', `process ${programName}`, 'terminate_delay 1'],
    ['late', `process ${programName}`, 'fork_delay 0.5'],
    ['whole', `process ${program}`, 'full_command'],
    ['worded', `process ${program} 601`],
    ['begun', `process ${program} 60`, 'param_match initial'],
  ] as const
).map(([name, ...lines], index) => ({ name, lines, weight: 2 ** index }));

const processTrackers = processes
  .map(
    ({ name, lines, weight }) =>
      `vrrp_track_process ${name} {\n  ${lines.join('\n  ')}\n  weight ${weight}\n}\n`,
  )
  .join('');
const processNames = processes.map(({ name }) => `    ${name}\n`).join('');

const configuration = ({ directory }: Host): string => `global_defs {
  enable_script_security
  script_user root
}
vrrp_script good {
  script "/usr/bin/test -e ${join(directory, 'good')}"
  interval 1
  weight 15
}
vrrp_script bad {
  script "/usr/bin/test -e ${join(directory, 'bad')}"
  interval 1
  weight -12 reverse
}
track_file drain {
  file ${join(directory, 'drain')}
  weight -10
  init_file 0
}
${processTrackers}vrrp_sync_group plain {
  group {
    V5
    V6
  }
  track_interface {
    eth1 weight 7
  }
  track_script {
    good
  }
  track_process {
    named
  }
}
vrrp_sync_group weighing {
  group {
    V7
    V8
  }
  sync_group_tracking_weight
  track_interface {
    eth1 weight -9
  }
  track_file {
    drain
  }
}
${[
  { id: 1 },
  {
    id: 2,
    inside:
      '  track_interface {\n    eth1 weight -30\n  }\n  track_script {\n    good\n    bad\n  }\n  track_file {\n    drain\n  }\n',
  },
  { id: 3, inside: '  track_interface {\n    eth1\n  }\n' },
  { id: 5, inside: '  track_script {\n    good weight 3\n  }\n' },
  { id: 6 },
  { id: 7, inside: '  track_script {\n    good weight 3\n  }\n' },
  { id: 8 },
  { id: 9, inside: `  track_process {\n${processNames}  }\n` },
]
  .map(instance)
  .join('')}`;

interface Instance {
  readonly data: {
    readonly iname: string;
    readonly state: number;
    readonly effective_priority: number;
  };
}

const states: Readonly<Record<number, string>> = { 1: 'backup', 2: '', 3: 'fault' };

/** `100 115 fault@100 …`, in the order of the file. */
async function pictureOf(host: Host, pid: number): Promise<string> {
  const instances = JSON.parse(await dumped(host, pid, 'json')) as readonly Instance[];
  return instances
    .map(({ data }) => [states[data.state], data.effective_priority].filter(Boolean).join('@'))
    .join(' ');
}

for (const host of [ours, theirs]) {
  await host.ip('link add eth1 type veth peer name far1', 'link set eth1 up', 'link set far1 up');
}
const monitor = ours.start('ip', ['-o', 'monitor', 'address'], { name: 'ip monitor' });
process.env.TMPDIR = ours.directory;
const holdfast = startHoldfast(ours, configuration(ours));
const keepalived = startKeepalived(theirs, configuration(theirs), hearingOfProcesses(theirs));
// A signal before that would end it.
await peerIs(keepalived, 'BACKUP');
const pid = await until('Holdfast answers', 20_000, () =>
  statusOf(ours).then(
    (status) => (status.snapshot === undefined ? undefined : status.pid),
    () => undefined,
  ),
);

/** `last` is the priority of the instance that tracks processes. */
async function both(
  what: string,
  others = '100 115 100 122 122 103 100',
  last = 100,
): Promise<void> {
  const wanted = `${others} ${last}`;
  let seen = ['', ''];
  await until(
    what,
    12_000,
    async () => {
      const asked = [pictureOf(ours, pid), pictureOf(theirs, keepalived.pid)];
      // keepalived writes in place: what is read may be a part.
      seen = await Promise.all(asked).catch(() => seen);
      return seen.every((picture) => picture === wanted) || undefined;
    },
    200,
  ).catch(() => {
    assert.fail(
      `${what}:\nholdfast   ${seen[0]}\nkeepalived ${seen[1]}\nwanted     ${wanted}\n${holdfast.log()}`,
    );
  });
}

const paths = (name: string) => [ours, theirs].map(({ directory }) => join(directory, name));
const onBoth = (line: string) => Promise.all([ours.ip(line), theirs.ip(line)]);

test('scripts move priorities, of an instance and of a group', async () => {
  await both('at rest', '100 112 100 107 107 100 100');
  for (const path of [...paths('good'), ...paths('bad')]) writeFileSync(path, '');
  await both('both succeed', '100 115 100 122 122 103 100');
});

test('a number in a file weighs, and is a fault when nothing is left', async () => {
  const write = (text: string) => {
    for (const path of paths('drain')) writeFileSync(path, text);
  };
  write('3\n');
  await both('3 times -10', '100 85 100 122 122 73 70');
  write('26\n');
  await both('26 times -10', '100 fault@85 100 122 122 fault@73 fault@70');
  write('0\n');
  await both('0', '100 115 100 122 122 103 100');
  for (const path of paths('drain')) rmSync(path);
  await both('no file', '100 115 100 122 122 103 100');
});

test('an interface counts for instances and for groups', async () => {
  await onBoth('link set eth1 down');
  await both('down', '100 85 fault@100 115 115 94 91');
  await onBoth('link set eth1 up');
  await both('up', '100 115 100 122 122 103 100');
  for (let round = 0; round < 5; round += 1) {
    await onBoth('link set eth1 down');
    await onBoth('link set eth1 up');
  }
  await both('after it flapped', '100 115 100 122 122 103 100');
});

test('processes count by name, by parameters, up to a number, and after a delay', async () => {
  const begin = (word: string) => workers.push(spawn(program, [word], { stdio: 'ignore' }));
  const end = () => workers.shift()?.kill();
  const sum = (...names: readonly string[]) =>
    processes
      .filter(({ name }) => names.includes(name))
      .reduce((all, { weight }) => all + weight, 100);
  const priority = (what: string, ...names: readonly string[]) =>
    both(what, names.includes('named') ? grouped : undefined, sum(...names));
  /** Two instances have it from their group. */
  const grouped = '100 115 100 123 123 103 100';
  const always = ['named', 'bridged', 'late', 'whole'];
  begin('601');
  await priority('one runs', ...always, 'worded', 'begun');
  begin('609');
  await priority('two run', ...always, 'worded', 'begun', 'some');
  begin('700');
  begin('701');
  await priority('four run', ...always, 'worded', 'begun');
  end();
  await priority('three run', ...always, 'begun', 'some');
  end();
  await priority('two run, with other parameters', ...always, 'some');
  end();
  end();
  await priority('none runs');
});

test('whoever tracks nothing has not noticed', async () => {
  const { snapshot } = await statusOf(ours);
  const [steady] = snapshot?.instances ?? [];
  assert.deepEqual([steady?.name, steady?.statistics.becameMaster], ['V1', 1]);
  assert.doesNotMatch(monitor.log(), /Deleted .*10\.11\.0\.101\//);
});
