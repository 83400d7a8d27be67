/** Signed advertisements (`auth_hmac`) between two hosts: heeded, refused by name, and moved to without an outage. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { parseIpv4 } from '../../src/base/address.ts';
import { encodeSeal, findSeal, sealedBytes, withSeal } from '../../src/wire/seal.ts';
import { capture } from '../lab/capture.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { openLab } from '../lab/lab.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { inState, statusOf } from './site.ts';

const lab = await openLab(['a', 'b']);
const [a, b] = [lab.host('a'), lab.host('b')];
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0)) await crash(task);
});
after(() => lab.close());

const key = 'hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const other = 'hex:f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const signing = (...lines: readonly string[]) => `auth_hmac {\n    ${lines.join('\n    ')}\n  }`;
const signed = signing(`key 1 ${key}`, 'active_key 1');

interface Form {
  readonly version: 2 | 3;
  readonly interval: string;
  readonly addresses: string;
}

const forms: readonly Form[] = [
  { version: 3, interval: '0.1', addresses: '10.11.0.100/24' },
  { version: 3, interval: '0.1', addresses: 'fe80::100/64\n    fd00:11::100/64' },
  { version: 2, interval: '1', addresses: '10.11.0.100/24' },
];

function configuration(priority: number, inside: string, form: Form = { ...(forms[0] as Form) }) {
  return `vrrp_instance VI_1 {
  interface eth0
  version ${form.version}
  virtual_router_id 51
  priority ${priority}
  advert_int ${form.interval}
  ${inside}
  virtual_ipaddress {
    ${form.addresses}
  }
}
`;
}

function start(host: Host, text: string): Task {
  const task = startHoldfast(host, text);
  started.push(task);
  return task;
}

async function reload(host: Host, text: string): Promise<void> {
  writeFileSync(join(host.directory, 'holdfast.conf'), text);
  await holdfast(host, 'reload');
}

const rejections = async (host: Host) =>
  (await statusOf(host)).snapshot?.instances[0]?.statistics.rejected ?? {};
/** Host b hears ten more. */
async function moreAreHeard(): Promise<void> {
  const heard = async () => (await statusOf(b)).snapshot?.instances[0]?.statistics.received ?? 0;
  const before = await heard();
  await until('ten more', 5_000, async () => (await heard()) > before + 10 || undefined);
}

const transitions = (task: Task) => task.log().match(/Entering \w+ STATE/g)?.length ?? 0;

for (const form of forms) {
  const family = form.addresses.includes(':') ? 'IPv6' : 'IPv4';
  test(`version ${form.version} over ${family}: heard, and taken over from`, async () => {
    const first = start(a, configuration(150, signed, form));
    await inState(a, first, 'master');
    const second = start(b, configuration(100, signed, form));
    await inState(b, second, 'backup');
    const heard = await until(
      'the master is known',
      5_000,
      async () => (await statusOf(b)).snapshot?.instances[0]?.master,
    );
    assert.equal(heard.priority, 150);
    assert.equal(await stop(first), 0);
    await inState(b, second, 'master');
    assert.deepEqual(await rejections(b), {});
  });
}

test('a wrong key and no signature are refused, counted and named; both are masters and say why', async () => {
  const first = start(a, configuration(150, signed));
  await inState(a, first, 'master');
  const second = start(b, configuration(100, signing(`key 1 ${other}`, 'active_key 1')));
  await inState(b, second, 'master');
  assert.match(second.log(), /signature.*not made with key 1|not made with key 1/);
  assert.ok(((await rejections(b))['signature-wrong'] ?? 0) > 0);
  await crash(second);
  const third = start(b, configuration(100, ''));
  await inState(b, third, 'backup');
  await crash(third);
  const fourth = start(b, configuration(200, ''));
  await inState(b, fourth, 'master');
  const missing = await until(
    'what is unsigned is refused',
    5_000,
    async () => (await rejections(a))['signature-missing'],
  );
  assert.ok(missing > 0);
  assert.match(first.log(), /does not sign what it sends/);
});

test('a key in a file; a cluster is moved to another key, and nobody changes his state', async () => {
  const file = join(a.directory, 'key');
  writeFileSync(file, `${key}\n`);
  chmodSync(file, 0o644);
  const fromFile = signing(`key 1 file:${file}`, 'active_key 1');
  const refused = startHoldfast(a, configuration(150, fromFile));
  await until('it ended', 5_000, () => refused.ended() || undefined);
  assert.match(refused.log(), /others may read .*: chmod 600/);
  chmodSync(file, 0o600);
  const first = start(a, configuration(150, fromFile));
  await inState(a, first, 'master');
  const second = start(b, configuration(100, signed));
  await inState(b, second, 'backup');
  const before = transitions(first) + transitions(second);
  const both = [`key 1 ${key}`, `key 2 ${other}`];
  await reload(b, configuration(100, signing(...both, 'active_key 1')));
  await reload(a, configuration(150, signing(...both, 'active_key 2')));
  await reload(b, configuration(100, signing(`key 2 ${other}`, 'active_key 2')));
  await reload(a, configuration(150, signing(`key 2 ${other}`, 'active_key 2')));
  const sent = (await statusOf(a)).snapshot?.instances[0]?.statistics.sent ?? 0;
  await until('ten more', 5_000, async () => {
    const now = (await statusOf(a)).snapshot?.instances[0]?.statistics.sent ?? 0;
    return now > sent + 10 || undefined;
  });
  assert.equal(transitions(first) + transitions(second), before);
  assert.deepEqual(await rejections(b), {});
  const shown = `${await holdfast(a, 'status', '--json')}${first.log()}`;
  assert.ok(!shown.includes('f0010203'), 'a key is shown');
});

test('a cluster that signs nothing is moved to signatures, and nobody changes his state', async () => {
  const first = start(a, configuration(150, ''));
  await inState(a, first, 'master');
  const second = start(b, configuration(100, ''));
  await inState(b, second, 'backup');
  const before = transitions(first) + transitions(second);
  const tolerant = signing(`key 1 ${key}`, 'active_key 1', 'mode permissive');
  for (const inside of [tolerant, signed]) {
    await reload(b, configuration(100, inside));
    await reload(a, configuration(150, inside));
  }
  await moreAreHeard();
  assert.equal(transitions(first) + transitions(second), before);
  assert.deepEqual(await rejections(b), {});
});

test('a failover process in place of another takes nothing twice and is heard at once', async () => {
  const first = start(a, configuration(150, signed));
  await inState(a, first, 'master');
  const second = start(b, configuration(100, signed));
  await inState(b, second, 'backup');
  const { failover } = await statusOf(a);
  assert.ok(failover.pid !== undefined);
  process.kill(failover.pid, 'SIGKILL');
  await moreAreHeard();
  assert.equal(transitions(second), 1);
  assert.deepEqual(await rejections(b), {});
});

/** Plays these frames to host b, whatever was played before. */
function play(frames: readonly Buffer[]): string {
  const file = join(b.directory, 'frames');
  writeFileSync(`${file}.new`, frames.map((frame) => frame.toString('hex')).join('\n'));
  renameSync(`${file}.new`, file);
  return file;
}

const ipHeader = 14 + 20;
const sealLength = 28;

/** The same advertisement as a sender with this key signs it whose clock is wrong by so many seconds. */
function shifted(frame: Buffer, shift: number): Buffer {
  const payload = frame.subarray(ipHeader, 14 + frame.readUInt16BE(16));
  const message = payload.subarray(0, -sealLength);
  const found = findSeal(payload, message.length);
  const source = parseIpv4(a.ipv4);
  assert.ok(found.kind === 'seal' && source !== undefined);
  const seal = encodeSeal({ ...found.seal, seconds: found.seal.seconds + shift });
  const secret = Buffer.from(key.slice('hex:'.length), 'hex');
  const mac = createHmac('sha256', secret)
    .update(sealedBytes(message, source, seal))
    .digest();
  return Buffer.concat([frame.subarray(0, ipHeader), withSeal(message, seal, mac)]);
}

test('what a shifted clock has signed, and what a recorder plays again, is refused by name; a take-over is not put off', async () => {
  const own = signing(`key 1 ${key}`, 'active_key 1', 'time_window 2');
  const first = start(a, configuration(150, own));
  await inState(a, first, 'master');
  const second = start(b, configuration(100, own));
  await inState(b, second, 'backup');
  const tape = await capture(lab, `vrrp and src host ${a.ipv4}`);
  const recorded = await until('ten are recorded', 10_000, () =>
    tape.frames().length >= 10 ? tape.frames().slice(-10) : undefined,
  );
  const counted = (reason: 'signature-stale' | 'signature-replayed', least: number) =>
    until(
      `${reason}: ${second.log()}`,
      10_000,
      async () => ((await rejections(b))[reason] ?? 0) > least || undefined,
    );
  const file = play([shifted(recorded[0] ?? Buffer.of(), 60)]);
  const sender = join(import.meta.dirname, '../lab/frame-sender.ts');
  started.push(
    lab.startOnWire(process.execPath, [sender, 'b', '20', file], { name: 'a recorder' }),
  );
  await counted('signature-stale', 5);
  assert.match(second.log(), /(5\d|60) s ahead of ours, 2 s are allowed/);
  play(tape.frames().slice(-10));
  await counted('signature-replayed', 20);
  assert.match(second.log(), new RegExp(`${a.ipv4} has signed a later one already`));
  assert.equal(transitions(second), 1, second.log());
  play(tape.frames().slice(-10));
  await crash(first);
  await inState(b, second, 'master');
  assert.match(await holdfast(b, 'status'), /^ {2}ignored .*signature-replayed \d+/m);
  const { 'signature-stale': before = 0 } = await rejections(b);
  await counted('signature-stale', before + 50);
  assert.equal(transitions(second), 2, second.log());
  await tape.close();
});
