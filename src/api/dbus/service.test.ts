import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { BusService } from './service.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-bus-'));
const before = process.env.DBUS_SYSTEM_BUS_ADDRESS;
after(() => {
  rmSync(directory, { recursive: true });
  if (before === undefined) delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
  else process.env.DBUS_SYSTEM_BUS_ADDRESS = before;
});

const instance = { name: 'V', interface: 'eth0', virtualRouterId: 1, family: 'ipv4' } as const;
const terms = {
  name: 'org.keepalived.Vrrp1',
  place: { namespace: undefined, instance: undefined },
  instances: [instance],
};

/** What is complained of on this bus, over several attempts. */
async function complaintsOn(address: string): Promise<readonly string[]> {
  process.env.DBUS_SYSTEM_BUS_ADDRESS = address;
  const said: string[] = [];
  const service = new BusService({
    terms,
    orders: { print: () => undefined, reload: () => undefined, announce: () => undefined },
    stateOf: () => 'master',
    say: () => undefined,
    complain: (sentence) => said.push(sentence),
    waits: { patience: 60, pulse: 20, pause: 20 },
  });
  for (let count = 0; count < 1_000; count += 1) service.changed('V', 'backup');
  await delay(300);
  service.close();
  return said;
}

test('a bus that nobody can reach, or that says nothing, is told once and asked again', async () => {
  assert.match((await complaintsOn('nonsense')).join(), /^D-Bus cannot be served [^,]*$/);
  const missing = await complaintsOn(`unix:path=${join(directory, 'nothing')}`);
  assert.match(missing.join(), /^D-Bus cannot be served .*ENOENT[^,]*$/);
  const visitors: Socket[] = [];
  const silent = createServer((socket) => visitors.push(socket));
  const path = join(directory, 'silent');
  await new Promise<void>((resolve) => silent.listen(path, resolve));
  const said = await complaintsOn(`unix:path=${path}`);
  assert.deepEqual(said, [
    'D-Bus cannot be served (tried again every 5 s): the bus does not answer',
  ]);
  assert.ok(visitors.length > 1, `${visitors.length} attempts`);
  for (const visitor of visitors) visitor.destroy();
  silent.close();
});
