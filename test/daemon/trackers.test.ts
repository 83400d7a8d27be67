/** What is tracked decides in a running daemon: files, processes and probes; and the pipes that are told of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { holdfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { inState, instance, linesOf, running, scriptOn, statusOf } from './site.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
let tasks: Task[] = [];
afterEach(async () => {
  await Promise.all(tasks.map((task) => crash(task)));
  tasks = [];
});
after(() => lab.close());

async function start(configuration: string, state = 'master'): Promise<Task> {
  const task = await running(a, configuration, state);
  tasks.push(task);
  return task;
}

async function priorityIs(priority: number): Promise<void> {
  await until(`the priority is ${priority}`, 10_000, async () => {
    const [found] = (await statusOf(a)).snapshot?.instances ?? [];
    return found?.priority.effective === priority || undefined;
  });
}

test('a number in a file moves the priority, and is a fault when nothing is left of it', async () => {
  const file = join(a.directory, 'drain');
  const stopFile = join(a.directory, 'stop');
  const trackers = `track_file drain {\n  file ${file}\n  weight -10\n  init_file 1\n}\nvrrp_track_file stop {\n  file ${stopFile}\n  weight 0\n}\n`;
  const inside = '  track_file {\n    drain\n    stop\n  }';
  const task = await start(trackers + instance({ inside }));
  assert.equal(readFileSync(file, 'utf8'), '1\n');
  await priorityIs(140);
  writeFileSync(file, '5\n');
  await priorityIs(100);
  writeFileSync(file, '0x1a\n');
  await inState(a, task, 'fault');
  writeFileSync(file, '0\n');
  await inState(a, task, 'master');
  writeFileSync(stopFile, '1\n');
  await inState(a, task, 'fault');
  assert.equal(await stop(task), 0);
  assert.match(task.log(), /file drain failed: 26 times weight -10 is -260/);
  assert.match(task.log(), /file stop failed: .*stop holds 1/);
});

test('a process that must run, and one that must not', async () => {
  const name = `hfd${process.pid}`;
  const program = join(a.directory, name);
  copyFileSync('/bin/sleep', program);
  const trackers = `vrrp_track_process web {\n  process ${name}\n  weight 20\n  quorum 2\n}\n`;
  const inside = '  track_process {\n    web\n  }';
  const task = await start(trackers + instance({ inside }));
  await priorityIs(150);
  const children = [spawn(program, ['60']), spawn(program, ['60'])];
  await priorityIs(170);
  children[0]?.kill();
  await priorityIs(150);
  children[1]?.kill();
  assert.equal(await stop(task), 0);
  assert.match(task.log(), /track_process web is down \(1 running, 2 needed\)/);
});

test('a probe of two gateways, a port and a page, without a process', async () => {
  const page = b.start(
    process.execPath,
    [
      '-e',
      "require('http').createServer((q, s) => { s.statusCode = q.url === '/ok' ? 200 : 500; s.end(); }).listen(8080)",
    ],
    { name: 'page' },
  );
  tasks.push(page);
  const timing = '  interval 0.2\n  timeout 0.15\n';
  const probes = `vrrp_probe gateways {\n  ping ${b.ipv4} ${b.ipv6} 10.11.0.77\n  quorum 2\n${timing}  weight 7\n}
vrrp_probe page {\n  http http://${b.ipv4}:8080/ok\n  tcp ${b.ipv4} 8080\n${timing}  weight 11\n}
vrrp_probe broken {\n  http http://${b.ipv4}:8080/bad\n${timing}  weight -40\n}
vrrp_probe gone {\n  tcp ${b.ipv4} 9\n${timing}  fall 2\n}\n`;
  const inside = '  track_script {\n    gateways\n    page\n    broken\n  }';
  await until('the page is served', 5_000, async () => {
    const seen = await holdfastChecks(`http://${b.ipv4}:8080/ok`);
    return seen || undefined;
  });
  const task = await start(probes + instance({ inside }));
  await priorityIs(150 + 7 + 11 - 40);
  // At this interval two failover processes stand by, the second from a second later on.
  const before = await until('all processes are there', 10_000, () => {
    const children = childrenOf(task.pid);
    return children.split(' ').length === 3 ? children : undefined;
  });
  await b.ip('link set dev eth0 down');
  await priorityIs(150 - 40);
  await b.ip('link set dev eth0 up', `addr replace ${b.ipv6}/64 dev eth0 nodad`);
  await priorityIs(150 + 7 + 11 - 40);
  assert.deepEqual(childrenOf(task.pid), before, 'a process was started');
  assert.match(task.log(), /probe gateways fails \(no answer within 0\.15 s\)/);
  assert.match(task.log(), /probe broken fails \(http \S+: status 500\)/);
  assert.equal(await stop(task), 0);
});

/** Asked from host a, where the daemon will be. */
async function holdfastChecks(url: string): Promise<boolean> {
  const script = `fetch('${url}').then(() => process.exit(0), () => process.exit(1))`;
  const task = a.start(process.execPath, ['-e', script], { name: 'asking' });
  return (await task.exit) === 0;
}

function childrenOf(pid: number): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}

test("pipes are told in keepalived's words, and their readers live with the daemon", async () => {
  const [all, vrrp] = [join(a.directory, 'all.fifo'), join(a.directory, 'vrrp.fifo')];
  const notes = join(a.directory, 'read');
  const reader = scriptOn(a, 'reader', `echo "start $@" >> ${notes}\nexec cat "$2" >> ${notes}`);
  const file = join(a.directory, 'weight');
  writeFileSync(file, '0\n');
  const global = `global_defs {\n  script_user root\n  notify_fifo ${all}\n  notify_fifo_script "${reader} own"\n  vrrp_notify_fifo ${vrrp}\n  lvs_notify_fifo ${join(a.directory, 'lvs.fifo')}\n  vrrp_notify_priority_changes true\n  fifo_write_vrrp_states_on_reload\n}\ntrack_file weight {\n  file ${file}\n}\n`;
  const inside = '  track_file {\n    weight weight 3\n  }';
  const group =
    'vrrp_sync_group both {\n  sync_group_tracking_weight\n  group {\n    VI_1\n  }\n}\n';
  const task = await start(global + instance({ inside }) + group);
  writeFileSync(file, '10\n');
  await priorityIs(180);
  const lines = [
    `start own ${all}`,
    'INSTANCE "VI_1" BACKUP 150',
    'GROUP "both" BACKUP 0',
    'INSTANCE "VI_1" MASTER 150',
    'GROUP "both" MASTER 0',
    'INSTANCE "VI_1" MASTER_PRIORITY 180',
  ];
  await until('all is told', 5_000, () => linesOf(notes).length >= lines.length || undefined);
  assert.deepEqual([...linesOf(notes)].sort(), [...lines].sort());
  assert.deepEqual(
    linesOf(notes).filter((line) => /INSTANCE/.test(line)),
    lines.filter((line) => /INSTANCE/.test(line)),
  );
  await holdfast(a, 'reload');
  await until('the reader runs again', 5_000, () => {
    const again = linesOf(notes).slice(lines.length);
    return again.length >= 3 || undefined;
  });
  assert.deepEqual(linesOf(notes).slice(lines.length), [
    `start own ${all}`,
    'INSTANCE "VI_1" MASTER 180',
    'GROUP "both" MASTER 0',
  ]);
  const unread = contentNow(vrrp);
  assert.match(unread, /^INSTANCE "VI_1" BACKUP 150\n/);
  assert.equal(await stop(task), 0);
  for (const pipe of [all, vrrp]) assert.ok(!existsSync(pipe), `${pipe} is left behind`);
  assert.ok(linesOf(notes).includes('INSTANCE "VI_1" STOP 180'), linesOf(notes).join('\n'));
});

/** What is in a pipe at this moment. */
function contentNow(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(65_536);
  const length = readSync(fd, bytes);
  closeSync(fd);
  return bytes.toString('utf8', 0, length);
}
