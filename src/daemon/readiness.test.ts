import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { allocate, bind, close, receive, socket } from '../linux/ffi.ts';
import { openReadiness, watchdogPeriod } from './readiness.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;

/** A bound Unix datagram socket, which Node itself does not have. */
function bound(path: string): number {
  const name = new TextEncoder().encode(path);
  const place = allocate(2 + name.length + 1);
  place.view.setUint16(0, AF_UNIX, true);
  place.bytes.set(name, 2);
  const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  assert.equal(bind(fd, place.address, 2 + name.length + 1), 0);
  return fd;
}

test('a state reaches the socket that systemd names', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-ready-'));
  const path = join(directory, 'notify');
  const fd = bound(path);
  const readiness = await openReadiness({ NOTIFY_SOCKET: path });
  readiness.tell('READY=1');
  const said = allocate(4_096);
  const length = Number(receive(fd, said.address, 4_096, 0));
  close(fd);
  rmSync(directory, { recursive: true });
  assert.equal(new TextDecoder().decode(said.bytes.subarray(0, length)), 'READY=1');
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
