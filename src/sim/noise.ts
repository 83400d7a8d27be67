/** Datagrams that must change nothing: random bytes, advertisements with a bit turned, the wrong hop limit. */
import type { Random } from '../base/random.ts';
import type { Datagram, LinkIndex } from '../ports.ts';
import type { Host } from './host.ts';
import type { World } from './world.ts';

export function makeNoise(world: World, segment: number, count: number): void {
  const random = world.random.fork(`noise ${segment} ${world.queue.now()}`);
  for (let each = 0; each < count; each += 1) {
    const host = random.pick(world.hosts);
    const instance = random.pick(host.model.instances);
    const plan = world.sockets.get(`${host.id}/eth${segment}`)?.plan;
    if (plan === undefined) continue;
    const isIpv4 = instance.family === 'ipv4';
    const { transport } = instance;
    const unicast = transport.kind === 'unicast' ? transport.peers[0]?.address : undefined;
    const destination = transport.kind === 'multicast' ? transport.group : unicast;
    if (destination === undefined) continue;
    const fromIpv6 = transport.kind === 'multicast' ? plan.linkLocal : plan.ipv6;
    world.fabric.send(host.id, {
      link: linkOf(host, plan.name),
      source: isIpv4 ? plan.ipv4 : fromIpv6,
      destination,
      ...garble(random, instance.virtualRouterId, instance.version),
    });
  }
}

function linkOf(host: Host, name: string): LinkIndex {
  return host.kernel.linkNamed(name)?.index ?? (0 as LinkIndex);
}

/** Begins like an advertisement for this router of the highest priority, and is none. */
function garble(
  random: Random,
  virtualRouterId: number,
  version: number,
): Pick<Datagram, 'hopLimit' | 'payload'> {
  const payload = Uint8Array.from({ length: random.within(0, 40) }, () => random.below(256));
  if (payload.length > 8 && random.chance(0.7)) {
    payload.set([version * 16 + 1, virtualRouterId, random.pick([0, 254, 255]), 1]);
  }
  return { hopLimit: random.chance(0.5) ? 255 : 254, payload };
}
