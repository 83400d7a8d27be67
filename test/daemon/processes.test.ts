/**
 * Tracked processes followed through the kernel's own events: a thousand that end at once, one that is renamed, what is left
 * when events were lost; and trackers that the kernel refuses to tell anything.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { instant, milliseconds, seconds } from '../../src/base/units.ts';
import { ProcessTrackers } from '../../src/daemon/trackers/processes.ts';
import type { TrackProcessModel } from '../../src/engine/translation/supervisor-trackers.ts';
import { ProcessEvents } from '../../src/linux/process-events.ts';
import type { BufferOrder } from '../../src/linux/socket.ts';
import { until } from '../lab/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-processes-'));
const name = `hf${process.pid}`;
const program = join(directory, name);
copyFileSync('/bin/sleep', program);
after(() => rmSync(directory, { recursive: true }));

let closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

const now = () => instant(Number(process.hrtime.bigint() / 1_000n));

function tracked(more: Partial<TrackProcessModel> = {}): TrackProcessModel {
  return {
    name,
    tracker: 'process:x',
    program: name,
    fullCommand: false,
    parameters: undefined,
    quorum: 1,
    quorumMax: undefined,
    forkDelay: seconds(0),
    terminateDelay: seconds(0),
    ...more,
  };
}

interface Told {
  readonly verdicts: string[];
  readonly said: string[];
}

function track(plan: TrackProcessModel, mayListen = true, buffer?: BufferOrder): Told {
  const verdicts: string[] = [];
  const said: string[] = [];
  const trackers = new ProcessTrackers({
    now,
    verdict: (_, up, detail) => verdicts.push(`${up ? 'up' : 'down'} ${detail}`),
    say: (_, text) => said.push(text),
    mayListen,
  });
  closing.push(() => trackers.close());
  trackers.configure([plan], buffer);
  return { verdicts, said };
}

/** A shell that starts `count` of them; they end all at once. */
function herd(count: number): { release(): void } {
  const line = `i=0; while [ $i -lt ${count} ]; do ${program} 60 & i=$((i+1)); done; wait`;
  const shell = spawn('sh', ['-c', line], { stdio: 'ignore', detached: true });
  const release = () => {
    try {
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
    } catch {
      // Released before.
    }
  };
  closing.push(release);
  return { release };
}

const size = 1_400;

for (const mayListen of [true, false]) {
  test(`${size} processes that end at once, ${mayListen ? 'told by the kernel' : 'seen in /proc'}`, async () => {
    const told = track(tracked({ quorum: size }), mayListen);
    assert.deepEqual(told.verdicts, [`down 0 running, ${size} needed`]);
    if (mayListen) assert.deepEqual(told.said, [], 'the kernel tells nothing');
    const none = track(tracked({ tracker: 'process:none', quorum: 0, quorumMax: 0 }), mayListen);
    const crowd = herd(size);
    await until('all of them run', 30_000, () => told.verdicts[1] && none.verdicts[1]);
    assert.deepEqual(told.verdicts.slice(1), [`up ${size} running, ${size} needed`]);
    crowd.release();
    await until('the last one has ended', 30_000, () => told.verdicts[2] && none.verdicts[2]);
    assert.match(told.verdicts[2] ?? '', /^down \d+ running/);
    assert.equal(none.verdicts[2], 'up 0 running, 0 needed, at most 0');
    assert.equal(none.verdicts.length, 3, none.verdicts.join());
  });
}

test('parameters tell processes of one name apart, and a short gap is bridged', async () => {
  const bridged = track(tracked({ terminateDelay: milliseconds(1_500) }));
  const other = track(tracked({ parameters: { words: ['61'], match: 'exact' } }));
  const first = spawn(program, ['61']);
  await until('both saw it', 5_000, () => other.verdicts[1] && bridged.verdicts[1]);
  first.kill();
  await until('it is gone', 5_000, () => other.verdicts[2]);
  const second = spawn(program, ['62']);
  await until('the second runs', 5_000, () => second.pid);
  second.kill();
  await until('the delay is over', 5_000, () => bridged.verdicts[2]);
  assert.deepEqual(bridged.verdicts, [
    'down 0 running, 1 needed',
    'up 1 running, 1 needed',
    'down 0 running, 1 needed',
  ]);
  assert.equal(other.verdicts.length, 3);
});

test('what a full buffer has lost is found by looking again', async () => {
  const buffer = { bytes: 4_096, isForced: false };
  let lost = 0;
  const listener = ProcessEvents.open({ events: () => undefined, overrun: () => lost++ }, buffer);
  assert.ok(listener.ok, 'the kernel tells nothing');
  closing.push(() => listener.value.close());
  const none = tracked({ tracker: 'process:none', quorum: 0, quorumMax: 0 });
  const told = track(none, true, buffer);
  const crowd = herd(300);
  await until('some of them run', 30_000, () => told.verdicts[1]);
  // Nobody reads while they start, nor while they end.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
  crowd.release();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await until('none runs any more', 10_000, () => told.verdicts[2]);
  assert.equal(told.verdicts[2], 'up 0 running, 0 needed, at most 0');
  assert.ok(lost > 0, 'the buffer was never full');
});

/** What a script of its own says, started by `prefix` and given the module as `self`. */
function apart(prefix: readonly string[], module: string, script: string): string {
  const url = JSON.stringify(new URL(`../../src/daemon/trackers/${module}`, import.meta.url).href);
  const text = `import * as self from ${url};\n${script}\nsetTimeout(() => process.exit(9), 20_000);`;
  const run = [...prefix, process.execPath, '--input-type=module', '-e', text];
  const ran = spawnSync(run[0] ?? '', run.slice(1), { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr + ran.stdout);
  return ran.stdout;
}

test('where the kernel tells nothing about processes, that is said, and /proc is looked at', () => {
  // The first process of this place is in a network of its own too: there is no connector to visit.
  const place = ['unshare', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const told = apart(
    place,
    'processes.ts',
    `import { spawn } from 'node:child_process';
    const trackers = new self.ProcessTrackers({
      now: () => Number(process.hrtime.bigint() / 1_000n),
      say: (_, text) => console.log(text),
      verdict: (_, up) => {
        console.log(up ? 'up' : 'down');
        if (up) process.exit(0);
      },
    });
    trackers.configure([${JSON.stringify(tracked())}]);
    spawn(${JSON.stringify(program)}, ['60']);`,
  );
  assert.match(told, /^the kernel does not tell about processes here \(E\w+\): .*\ndown\nup\n$/);
});

test('where inotify has no room left, files are read every second, and the limit is named', (context) => {
  // The limit is set for a user namespace of its own; a host within a chroot makes none, whoever asks.
  if (spawnSync('unshare', ['-Ur', 'true']).status !== 0) {
    context.diagnostic('not tried: this place makes no user namespaces');
    return;
  }
  const path = join(directory, 'limited');
  writeFileSync(path, '4\n');
  const file = JSON.stringify({ name: 'f', tracker: 'file:f', path });
  const told = apart(
    ['unshare', '-Ur', 'sh', '-c', 'echo 0 >/proc/sys/user/max_inotify_instances; exec "$@"', 'sh'],
    'files.ts',
    `import { writeFileSync } from 'node:fs';
    const trackers = new self.FileTrackers({
      say: (_, text) => console.log(text),
      number: (_, number) => {
        console.log(number);
        if (number === 6) process.exit(0);
        writeFileSync(${JSON.stringify(path)}, '6');
      },
    });
    trackers.configure([${file}]);`,
  );
  assert.match(
    told,
    /EMFILE.*read every 1 s until it can; raise fs\.inotify\.max_user_instances\n/,
  );
  assert.match(told, /\n4\n6\n$/);
});
