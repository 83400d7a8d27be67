/** Mail and webhooks, with real servers on the other side; and that nothing waits for them when they are broken. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { capture } from '../lab/capture.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import { openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { inState, instance, linesOf, running } from './site.ts';

const lab = await openLab(['a', 'b']);
const started: Task[] = [];
after(() => lab.close());
afterEach(async () => {
  for (const task of started.splice(0)) await stop(task);
});
const a = lab.host('a');
const b = lab.host('b');
const relayPort = 2_525;
const hookPort = 8_085;
const inFolder = (name: string): string => join(b.directory, name);

interface Letter {
  readonly helo: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly text: string;
}

interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server on host b, ready. */
async function serving(script: string, ...words: readonly string[]): Promise<Task> {
  const file = join(import.meta.dirname, '../doors', script);
  const task = b.start(process.execPath, [file, ...words], { name: script });
  started.push(task);
  await until(`${script} listens: ${task.log()}`, 10_000, () =>
    task.log().includes('listening') ? true : undefined,
  );
  return task;
}

async function daemon(configuration: string): Promise<Task> {
  const task = await running(a, configuration);
  started.push(task);
  return task;
}

const lettersIn = (file: string) =>
  linesOf(inFolder(file))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Letter);
const postsIn = (file: string) =>
  linesOf(inFolder(file))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Delivery);

const mailTo = (more = '') => `global_defs {
  router_id web_a
  notification_email {
    ops@example.org
    boss@example.org
  }
  notification_email_from web-a@example.org
  smtp_server ${b.ipv4} ${relayPort}
  smtp_helo_name web-a.example.org
  smtp_connect_timeout 2
  smtp_alert
${more}}
`;

const switchFile = join(a.directory, 'switch');
const tracked = `track_file switch {\n  file ${switchFile}\n  weight 0\n}\n`;
const inside = '  track_file {\n    switch\n  }';

test('a relay gets one letter for each change, in order, with the reason', async () => {
  writeFileSync(switchFile, '0\n');
  await serving('mail-relay.ts', `${relayPort}`, inFolder('letters'), 'plain');
  const task = await daemon(`${mailTo()}${tracked}${instance({ inside })}`);
  writeFileSync(switchFile, '1\n');
  await inState(a, task, 'fault');
  assert.equal(await stop(task), 0);
  const letters = await until('four letters', 5_000, () => {
    const found = lettersIn('letters');
    return found.length >= 4 ? found : undefined;
  });
  const subjects = letters.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);
  const about = '[web_a] VRRP Instance VI_1 -';
  assert.deepEqual(subjects, [
    `${about} Entering BACKUP state`,
    `${about} Entering MASTER state`,
    `${about} Entering FAULT state`,
    `${about} Stopping`,
  ]);
  const [, , fault] = letters;
  assert.deepEqual(fault?.to, ['ops@example.org', 'boss@example.org']);
  assert.equal(fault?.from, 'web-a@example.org');
  assert.equal(fault?.helo, 'web-a.example.org');
  assert.match(fault?.text ?? '', /^X-Mailer: Holdfast\r$/m);
  assert.match(fault?.text ?? '', /=> This node cannot serve/);
  assert.match(fault?.text.replace(/=\r\n/g, '') ?? '', /Why: .*switch/);
});

test('a login over STARTTLS; faults are not mailed when that is said', async () => {
  writeFileSync(switchFile, '0\n');
  await serving('mail-relay.ts', `${relayPort}`, inFolder('secret'), 'login');
  const login =
    '  smtp_tls opportunistic\n  smtp_user web-a\n  smtp_password secret\n  no_email_faults\n';
  const task = await daemon(`${mailTo(login)}${tracked}${instance({ inside })}`);
  writeFileSync(switchFile, '1\n');
  await inState(a, task, 'fault');
  assert.equal(await stop(task), 0);
  const letters = lettersIn('secret');
  assert.ok(letters.length >= 2, task.log());
  assert.ok(letters.every(({ secure, user }) => secure && user === 'web-a'));
  assert.ok(!letters.some(({ text }) => text.includes('FAULT')));
});

test('a relay that is away, then refuses: told, and no advertisement is late', async () => {
  writeFileSync(switchFile, '0\n');
  const tape = await capture(lab);
  const task = startHoldfast(a, `${mailTo()}${tracked}${instance({ inside })}`);
  started.push(task);
  await inState(a, task, 'master');
  await until(
    'the absence is told',
    5_000,
    () =>
      task.log().includes('did not take "VRRP Instance VI_1 - Entering BACKUP state"') || undefined,
  );
  await serving('mail-relay.ts', `${relayPort}`, inFolder('refused'), 'refuse');
  await until(
    'the refusal is told',
    10_000,
    () =>
      /refused "VRRP Instance VI_1 - Entering BACKUP state", which is lost: .*no such user/.test(
        task.log(),
      ) || undefined,
  );
  const sent = await until('enough advertisements', 5_000, () => {
    const heard = tape.advertisements();
    return heard.length > 20 ? heard : undefined;
  });
  await tape.close();
  const gaps = sent.slice(1).map(({ at }, index) => (at - (sent[index]?.at ?? at)) / 1_000);
  onTime(Math.max(...gaps) < 150, `silent for ${Math.max(...gaps)} ms`);
  assert.equal(await stop(task), 0);
});

test('a webhook gets every change once, signed, in order, however often it had to be asked', async () => {
  writeFileSync(switchFile, '0\n');
  const statuses = ['503', '200', '500'];
  await serving('hook-receiver.ts', `${hookPort}`, inFolder('posts'), ...statuses);
  const hook = `webhook ours {\n  url http://${b.ipv4}:${hookPort}/hook\n  secret s3cret\n}\n`;
  const task = await daemon(`${hook}${tracked}${instance({ inside })}`);
  writeFileSync(switchFile, '1\n');
  await inState(a, task, 'fault');
  const taken = await until('three changes', 15_000, () => {
    const posts = postsIn('posts').filter(({ status }) => status === 200);
    return posts.length >= 3 ? posts : undefined;
  });
  const bodies = taken.map(({ body }) => JSON.parse(body) as { sequence: number; state: string });
  assert.deepEqual(
    bodies.map(({ sequence, state }) => `${sequence} ${state}`),
    ['1 BACKUP', '2 MASTER', '3 FAULT'],
  );
  for (const { headers, body } of taken) {
    const stamp = headers['x-holdfast-timestamp'];
    const expected = createHmac('sha256', 's3cret').update(`${stamp}.${body}`).digest('hex');
    assert.equal(headers['x-holdfast-signature'], `sha256=${expected}`);
  }
  assert.equal(await stop(task), 0);
});

/** Starts the relay and the receiver of posts, both in this manner. */
function both(relay: string, ...statuses: readonly string[]): Promise<readonly Task[]> {
  return Promise.all([
    serving('mail-relay.ts', `${relayPort}`, inFolder('late-letters'), relay),
    serving('hook-receiver.ts', `${hookPort}`, inFolder('late-posts'), ...statuses),
  ]);
}

/** The states that both have been told of, once so many have come. */
function toldToBoth(count: number): Promise<readonly (readonly string[])[]> {
  return until(`${count} changes are told to both`, 15_000, () => {
    const letters = lettersIn('late-letters').map(({ text }) => text.replace(/=?\r\n(?=\s)/g, ''));
    const mailed = letters.map((text) => /VI_1 - Entering (\w+) state\r/.exec(text)?.[1] ?? text);
    const posts = postsIn('late-posts').map(({ body }) => JSON.parse(body) as { state: string });
    const told = [mailed, posts.map(({ state }) => state)];
    return told.every(({ length }) => length >= count) ? told : undefined;
  });
}

test('places that stall, go away and come back: told once each time, and nothing is lost or out of order', async () => {
  writeFileSync(switchFile, '0\n');
  const stalling = await both('stall', 'stall');
  const hook = `webhook ours {\n  url http://${b.ipv4}:${hookPort}/hook\n  timeout 1\n}\n`;
  const tape = await capture(lab);
  const task = await daemon(`${mailTo()}${hook}${tracked}${instance({ inside })}`);
  const says = (text: string) => task.log().split(text).length - 1;
  const missed = (times: number) =>
    until('both are missed', 15_000, () => says('did not take') === times || undefined);
  await until(
    'both are visited',
    15_000,
    () => stalling.every((server) => server.log().includes('visited')) || undefined,
  );
  writeFileSync(switchFile, '1\n');
  await inState(a, task, 'fault');
  await missed(2);
  for (const server of stalling) await stop(server);
  const serving = await both('plain');
  const life = ['BACKUP', 'MASTER', 'FAULT'];
  assert.deepEqual(await toldToBoth(3), [life, life]);
  for (const server of serving) await stop(server);
  writeFileSync(switchFile, '0\n');
  await inState(a, task, 'master');
  await missed(4);
  await both('plain');
  const longer = [...life, 'BACKUP', 'MASTER'];
  assert.deepEqual(await toldToBoth(5), [longer, longer]);
  assert.deepEqual([says('did not take'), says('takes messages again')], [4, 4]);
  const sent = tape.advertisements().filter(({ priority }) => priority > 0);
  await tape.close();
  assert.ok(sent.length > 5, `${sent.length} advertisements`);
  assert.equal(await stop(task), 0);
});
