import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openReadiness, watchdogPeriod } from './readiness.ts';

const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
print(s.recv(4096).decode(), flush=True)`;

test('a state reaches the socket that systemd names', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-ready-'));
  const path = join(directory, 'notify');
  const child = spawn('python3', ['-c', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  const readiness = await openReadiness({ NOTIFY_SOCKET: path });
  readiness.tell('READY=1');
  await once(child, 'close');
  rmSync(directory, { recursive: true });
  assert.equal(said, 'bound\nREADY=1\n');
});

test('a socket that is gone is no error, and without one nothing is told', async () => {
  (await openReadiness({ NOTIFY_SOCKET: '/nonexistent/notify' })).tell('READY=1');
  (await openReadiness({})).tell('READY=1');
});

test('signs of life are given twice as often as systemd wants them, by the process that it means', () => {
  assert.equal(watchdogPeriod({ WATCHDOG_USEC: '3000000' }), 1_500);
  assert.equal(watchdogPeriod({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }), undefined);
  assert.equal(watchdogPeriod({}), undefined);
});
