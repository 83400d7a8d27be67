import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Control, Status } from '../daemon/control.ts';
import { controlSocketIn } from '../daemon/state-directory.ts';
import { ask } from './client.ts';
import { serveControl } from './server.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-api-'));
let stopped = 0;
const control: Control = {
  status: () => Promise.resolve({ version: '1', configuration: 'ü'.repeat(100_000) } as Status),
  dump: (kind) => Promise.resolve(kind === 'stats' ? 'VRRP Instance: ä\n' : undefined),
  reload: () => Promise.reject(new Error('no luck')),
  plan: (file) => Promise.resolve({ kind: 'refused', text: `no ${file}` }),
  stories: () => Promise.resolve({ kind: 'nothing-balanced' }),
  services: () => Promise.resolve({ kind: 'nothing-balanced' }),
  adjust: () => false,
  readServices: pieces,
  order: ({ server }) => ({ kind: 'unknown', error: `no ${server}` }),
  confirm: () => ({ kind: 'nothing-to-confirm' }),
  rollBack: () => Promise.resolve({ kind: 'nothing-to-confirm' }),
  stop: () => {
    stopped += 1;
  },
};
const serving = await serveControl(controlSocketIn(directory), control);
assert.ok(serving.ok);
after(() => {
  serving.value.close();
  rmSync(directory, { recursive: true });
});
/** With traffic it is long, without it breaks off. */
async function* pieces(withTraffic: boolean): AsyncGenerator<string> {
  yield '{"kind":"nothing-balanced","rest":[';
  if (!withTraffic) throw new Error('the process ended');
  for (let count = 0; count < 100; count += 1) yield `"${'ü'.repeat(10_000)}",`;
  yield '0]}\n';
}
const asking = { stateDirectory: directory };

function raw(request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(controlSocketIn(directory), () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('close', () => resolve(answer));
  });
}

test("Node's own client understands a long answer", async () => {
  const answer = await ask<Status>('status', asking);
  assert.ok(answer.ok);
  assert.equal(answer.value.configuration.length, 100_000);
});

test('an answer in pieces arrives whole, and one that breaks off is told as such', async () => {
  const whole = await ask<{ readonly rest: readonly unknown[] }>('services', {
    ...asking,
    query: { traffic: '1' },
  });
  assert.ok(whole.ok);
  assert.equal(whole.value.rest.length, 101);
  const broken = await ask('services', asking);
  assert.ok(!broken.ok);
  assert.match(broken.error, /ended while it answered$/);
});

test('a failure of the daemon is told in words', async () => {
  assert.deepEqual(await ask('reload', asking), {
    ok: false,
    error: 'the daemon failed to answer: no luck',
  });
});

test('what stands behind the question mark arrives as it was sent', async () => {
  const file = '/etc/a b&c?d=ü.conf';
  const answer = await ask('plan', { ...asking, query: { file } });
  assert.deepEqual(answer, { ok: true, value: { kind: 'refused', text: `no ${file}` } });
});

test('stop is answered, then obeyed', async () => {
  const answer = await ask('stop', asking);
  assert.deepEqual(answer, { ok: true, value: { kind: 'stopping' } });
  assert.equal(stopped, 1);
});

test('nonsense is refused, however long', async () => {
  assert.match(await raw('hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw('x'.repeat(20_000)), /^HTTP\/1\.1 400 /);
  assert.match(await raw('GET /nope HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 404 [\s\S]*try GET \/status/);
  assert.match(await raw('POST /status HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 404 /);
});

test('nobody at home is a sentence that says what to do', async () => {
  const answer = await ask('status', { stateDirectory: join(directory, 'nowhere') });
  assert.ok(!answer.ok);
  assert.match(
    answer.error,
    /^no daemon runs on the state directory .*start one with "holdfast run"/,
  );
});
