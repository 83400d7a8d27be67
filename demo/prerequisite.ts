/** What the demo needs of the host, installed where that is possible. */
import { spawnSync } from 'node:child_process';
import { present } from '../test/lab/command.ts';

/** Whether the program `ip` is there, if need be after installing its Debian package. Says what it does. */
export function haveIp(isRoot: boolean, say: (line: string) => void): boolean {
  if (present('ip')) return true;
  if (isRoot && present('apt-get')) {
    say('The demo needs the program ip: installing the Debian package iproute2.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const words = ['install', '-qq', '-y', '--no-install-recommends', 'iproute2'];
    for (const step of [['update', '-qq'], words]) spawnSync('apt-get', step, { env });
    if (present('ip')) return true;
  }
  say('The demo needs the program ip: apt-get install iproute2');
  return false;
}
