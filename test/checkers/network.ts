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
  /** Silent themselves; frames that the stage writes may answer for them. */
  forged: (index: number) => `198.18.0.${index + 1}`,
  forged6: (index: number) => `fd98::${(index + 1).toString(16)}`,
} as const;

export const routerLink = 'hfc1';

/** For a network namespace of its own, such as a machine that has just been booted. The name of the router's. */
export function layNetwork(): string {
  const space = `hfc-${process.pid}`;
  const inside = (...words: readonly string[]) => ['-n', space, ...words];
  for (const words of [
    ['link', 'set', 'lo', 'up'],
    ['netns', 'add', space],
    ['link', 'add', addresses.link, 'type', 'veth', 'peer', 'name', routerLink, 'netns', space],
    ['address', 'add', '10.99.0.1/24', 'dev', addresses.link],
    ['link', 'set', addresses.link, 'up'],
    inside('address', 'add', `${router}/24`, 'dev', routerLink),
    inside('link', 'set', routerLink, 'up'),
    inside('link', 'set', 'lo', 'up'),
    ['route', 'add', '192.0.2.0/24', 'via', router],
    ['route', 'add', 'unreachable', addresses.localUnreachable],
    ['address', 'add', 'fd99::1/64', 'dev', addresses.link, 'nodad'],
    inside('address', 'add', 'fd99::2/64', 'dev', routerLink, 'nodad'),
    ['route', 'add', '198.18.0.0/24', 'via', router],
    ['route', 'add', 'fd98::/64', 'via', 'fd99::2'],
    inside('route', 'add', 'blackhole', '198.18.0.0/24'),
    inside('route', 'add', 'blackhole', 'fd98::/64'),
    inside('route', 'add', 'blackhole', addresses.silent),
    inside('route', 'add', 'unreachable', addresses.hostUnreachable),
    inside('route', 'add', 'prohibit', addresses.prohibited),
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'],
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0'],
    ['netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.icmp_msgs_per_sec=100000'],
  ]) {
    execFileSync('ip', words);
  }
  return space;
}
