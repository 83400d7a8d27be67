/** Addresses that answer, are silent or refuse, behind a router of their own: a namespace on a cable. */
import { execFileSync } from 'node:child_process';

const router = '10.99.0.2';

export const addresses = {
  link: 'hfc0',
  /** The router itself, which answers. */
  router,
  silent: '192.0.2.10',
  hostUnreachable: '192.0.2.11',
  prohibited: '192.0.2.12',
  noRoute: '198.51.100.1',
  localUnreachable: '192.0.2.13',
} as const;

/** For a network namespace of its own, such as a machine that has just been booted. */
export function layNetwork(): void {
  const space = `hfc-${process.pid}`;
  const inside = (...words: readonly string[]) => ['-n', space, ...words];
  for (const words of [
    ['link', 'set', 'lo', 'up'],
    ['netns', 'add', space],
    ['link', 'add', addresses.link, 'type', 'veth', 'peer', 'name', 'hfc1', 'netns', space],
    ['address', 'add', '10.99.0.1/24', 'dev', addresses.link],
    ['link', 'set', addresses.link, 'up'],
    inside('address', 'add', `${router}/24`, 'dev', 'hfc1'),
    inside('link', 'set', 'hfc1', 'up'),
    inside('link', 'set', 'lo', 'up'),
    ['route', 'add', '192.0.2.0/24', 'via', router],
    ['route', 'add', 'unreachable', addresses.localUnreachable],
    inside('route', 'add', 'blackhole', addresses.silent),
    inside('route', 'add', 'unreachable', addresses.hostUnreachable),
    inside('route', 'add', 'prohibit', addresses.prohibited),
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'],
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0'],
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.icmp_msgs_per_sec=100000'],
  ]) {
    execFileSync('ip', words);
  }
}
