/** A D-Bus of a host's own, with room for everybody. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../lab/host.ts';
import type { Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

export function busAddress(host: Host): string {
  return `unix:path=${busSocket(host)}`;
}

function busSocket(host: Host): string {
  return join(host.directory, 'bus');
}

const configuration = (
  address: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
`;

/** Listens when this returns. */
export async function startBus(host: Host): Promise<Task> {
  const socket = busSocket(host);
  rmSync(socket, { force: true });
  const file = join(host.directory, 'bus.conf');
  writeFileSync(file, configuration(busAddress(host)));
  const words = [`--config-file=${file}`, '--nofork', '--nopidfile'];
  const task = host.start('dbus-daemon', words, { name: 'dbus-daemon' });
  await until('the bus listens', 5_000, () => existsSync(socket) || undefined);
  return task;
}
