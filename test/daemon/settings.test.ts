/** What the configuration says of the daemon itself, seen from outside: its files, its sockets, its scripts, its start. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { dumpSignal } from '../doors/dump-files.ts';
import { holdfast, program, startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { inState, instance, linesOf, scriptOn, statusOf } from './site.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
const file = join(a.directory, 'holdfast.conf');
let task: Task | undefined;
afterEach(async () => {
  if (task !== undefined) await crash(task);
  task = undefined;
});
after(() => lab.close());

async function run(global: string, more = instance(), by = program): Promise<Task> {
  task = startHoldfast(a, `global_defs {\n  script_user root\n${global}}\n${more}`, by);
  await inState(a, task, 'master');
  return task;
}

const written = (path: string): Promise<string> =>
  until(`${path} is written`, 10_000, () => linesOf(path).join('\n') || undefined);

test('dumps, saved configurations and refusals are written where the configuration says', async () => {
  const saved = join(a.directory, 'saved');
  const refusals = join(a.directory, 'refusals');
  const [json, statistics] = [join(a.directory, 'own.json'), join(a.directory, 'own.stats')];
  mkdirSync(saved);
  const global = `  config_save_dir ${saved}\n  reload_check_config ${refusals}\n  json_dump_file ${json}\n  stats_dump_file ${statistics}\n`;
  const running = await run(global);
  const { pid } = await statusOf(a);
  process.kill(pid, dumpSignal.json);
  process.kill(pid, dumpSignal.stats);
  assert.match(await written(json), /"iname":"VI_1"/);
  assert.match(await written(statistics), /VRRP Instance: VI_1/);
  const first = await written(join(saved, `keepalived.conf.${pid}.1`));
  assert.match(first, /vrrp_instance VI_1 \{/);
  writeFileSync(file, readFileSync(file, 'utf8').replace('priority 150', 'priority 160'));
  await holdfast(a, 'reload');
  assert.match(await written(join(saved, `keepalived.conf.${pid}.2`)), /priority 160/);
  const [before, since] = [
    await written(join(saved, `keepalived_vrrp.${pid}.2.pre`)),
    await written(join(saved, `keepalived_vrrp.${pid}.2.post`)),
  ];
  assert.match(before, / Priority = 150\n/);
  assert.match(since, / Priority = 160\n/);
  writeFileSync(file, `${readFileSync(file, 'utf8')}vrrp_instance B {\n interface\n}\n`);
  await holdfast(a, 'reload').catch(() => undefined);
  assert.match(await written(refusals), /interface/);
  assert.equal(readdirSync(saved).filter((name) => name.startsWith('keepalived.conf')).length, 2);
  assert.equal(await stop(running), 0);
});

test('scripts run as the resolved file, under their own path where that is asked, with all groups of their user', async () => {
  const target = scriptOn(a, 'target', `echo "$0 $(id -Gn)" >> ${join(a.directory, 'ran')}`);
  const link = join(a.directory, 'link');
  symlinkSync(target, link);
  const notify = instance({ inside: `  notify_master ${link}` });
  for (const [global, path] of [
    ['', target],
    ['  use_symlink_paths true\n', link],
    ['  use_symlink_paths true\n  set_supplementary_groups true\n', link],
  ] as const) {
    writeFileSync(join(a.directory, 'ran'), '');
    const running = await run(global, notify);
    assert.equal((await written(join(a.directory, 'ran'))).split(' ')[0], path);
    await stop(running);
  }
});

/** The host's own files with a user of this test besides, seen by the daemon alone. */
function withUser(name: string, folder: string): string {
  const number = 54_321;
  const passwd = readFileSync('/etc/passwd', 'utf8');
  const group = readFileSync('/etc/group', 'utf8').replace(/^((?:bin|daemon):.*)$/gm, `$1,${name}`);
  const files = {
    passwd: `${passwd}${name}:x:${number}:${number}::/:/bin/sh\n`,
    group: `${group.replaceAll(`:,${name}`, `:${name}`)}${name}:x:${number}:\n`,
  };
  for (const [own, text] of Object.entries(files)) writeFileSync(join(folder, own), text);
  const mounts = Object.keys(files).map((own) => `mount --bind ${join(folder, own)} /etc/${own}`);
  const wrapper = join(folder, 'holdfast');
  const inside = `${mounts.join(' && ')} && exec ${program} "$@"`;
  writeFileSync(wrapper, `#!/bin/sh\nexec unshare --mount sh -c '${inside}' holdfast "$@"\n`, {
    mode: 0o755,
  });
  return wrapper;
}

test('a script has the groups of its user only where they are asked for', async () => {
  const name = 'hfuser';
  // The laboratory's own folder is for root alone.
  const folder = mkdtempSync(join(tmpdir(), 'groups-'));
  const wrapper = withUser(name, folder);
  try {
    chmodSync(folder, 0o755);
    const ran = join(folder, 'groups');
    for (const [global, wanted] of [
      ['', name],
      ['  set_supplementary_groups\n', `${name} bin daemon`],
    ] as const) {
      writeFileSync(ran, '', { mode: 0o666 });
      chmodSync(ran, 0o666);
      const script = join(folder, 'groups.sh');
      writeFileSync(script, `#!/bin/sh\nid -Gn >> ${ran}\n`, { mode: 0o755 });
      const inside = `  notify_master ${script} ${name}`;
      const running = await run(global, instance({ inside }), wrapper);
      const groups = (await written(ran)).split(' ').toSorted();
      assert.deepEqual(groups, wanted.split(' ').toSorted());
      await stop(running);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The sizes of all receive buffers of netlink in the namespace. */
function netlinkBuffers(): readonly number[] {
  const words = [`--net=${a.space.path}`, 'ss', '-f', 'netlink', '-a', '-n', '-m'];
  const { stdout } = spawnSync('nsenter', words, { encoding: 'utf8' });
  return [...stdout.matchAll(/,rb(\d+),/g)].map(([, size]) => Number(size));
}

test('receive buffers of netlink are as large as somebody wants them', async () => {
  const ours = await run('');
  const usual = netlinkBuffers();
  await stop(ours);
  const global =
    '  vrrp_netlink_cmd_rcv_bufs 20000\n  vrrp_netlink_monitor_rcv_bufs 33000000\n  vrrp_netlink_monitor_rcv_bufs_force true\n';
  await run(global);
  const asked = netlinkBuffers();
  // The kernel doubles what it is asked for.
  assert.ok(asked.includes(40_000) && asked.includes(66_000_000), asked.join());
  assert.ok(!usual.includes(40_000) && !usual.includes(66_000_000), usual.join());
});

test('the plane is that of another network namespace, the addresses are here', async () => {
  const service = `virtual_server 10.11.0.100 80 {
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server ${b.ipv4} 80 {
  }
}
`;
  const global = '  lvs_plane nftables\n';
  const running = startHoldfast(
    a,
    `net_namespace_ipvs ${b.space.name}\nglobal_defs {\n${global}}\n${instance()}${service}`,
  );
  task = running;
  await inState(a, running, 'master');
  const tables = (path: string): string =>
    spawnSync('nsenter', [`--net=${path}`, 'nft', 'list', 'tables'], { encoding: 'utf8' }).stdout;
  await until(
    'the table is there',
    10_000,
    () => tables(b.space.path).includes('holdfast') || undefined,
  );
  assert.ok(!tables(a.space.path).includes('ip holdfast'));
  assert.equal(await stop(running), 0);
  assert.equal(tables(b.space.path), '', 'something stays behind');
});
