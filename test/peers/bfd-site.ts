/** One laboratory for BFD: host a runs Holdfast, f FRR's bfdd, b BIRD, k keepalived; c is the other half of a's pair. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BfdSessionSnapshot } from '../../src/engine/bfd/snapshot.ts';
import { statusOf } from '../daemon/site.ts';
import type { BfdEnd, BfdTimers } from '../lab/bfd.ts';
import type { Host } from '../lab/host.ts';
import { until } from '../lab/until.ts';

export const usual: BfdTimers = { interval: 20, multiplier: 3 };
export const virtualAddress = '10.11.0.100';

/** What a peer of `a` runs: single hop over both families, multihop, and between link-local addresses. */
export function endsTowards(a: Host, peer: Host): readonly [BfdEnd, BfdEnd, BfdEnd, BfdEnd] {
  return [
    { to: a.ipv4, local: peer.ipv4, multihop: false },
    { to: a.ipv6, local: peer.ipv6, multihop: false },
    { to: a.ipv4, local: peer.ipv4, multihop: true },
    { to: a.linkLocal, local: peer.linkLocal, multihop: false },
  ];
}

export interface Session extends BfdTimers {
  readonly name: string;
  readonly neighbour: string;
  /** undefined: routing chooses. */
  readonly source: string | undefined;
  /** Further lines. */
  readonly inside?: string;
}

export function bfdInstance({ name, neighbour, source, inside = '', ...timers }: Session): string {
  return `bfd_instance ${name} {
  neighbor_ip ${neighbour}
  ${source === undefined ? '' : `source_ip ${source}`}
  min_rx ${timers.interval}
  min_tx ${timers.interval}
  multiplier ${timers.multiplier}
${inside}
}
`;
}

/** A pair at one advertisement a second: what moves the address in less is not a missing advertisement. */
export function half(priority: number, inside = ''): string {
  return `vrrp_instance VI_1 {
  interface eth0
  version 3
  virtual_router_id 51
  priority ${priority}
  advert_int 1
  virtual_ipaddress {
    ${virtualAddress}/24
  }
${inside}
}
`;
}

export interface Peers {
  readonly f: Host;
  readonly b: Host;
  readonly k: Host;
}

/** The configuration of a, all sessions with these timers. BIRD sends over several hops with a TTL of 64. */
export function configurationOf(a: Host, { f, b, k }: Peers, timers: BfdTimers): string {
  const sessions = [f, b, k].flatMap((peer) => [
    bfdInstance({ name: `${peer.name}4`, neighbour: peer.ipv4, source: a.ipv4, ...timers }),
    bfdInstance({ name: `${peer.name}6`, neighbour: peer.ipv6, source: a.ipv6, ...timers }),
  ]);
  // The packaged keepalived is older than the keyword.
  const far = [f, b].map((peer) => {
    const inside = '  multihop true\n  max_hops -1';
    const ends = { name: `${peer.name}m`, neighbour: peer.ipv4, source: a.ipv4 };
    return bfdInstance({ ...ends, ...timers, inside });
  });
  // Nor does it have sessions between link-local addresses.
  const onLink = [f, b].map((peer) => {
    const source = peer === f ? a.linkLocal : undefined;
    const ends = { name: `${peer.name}l`, neighbour: peer.linkLocal, source };
    return bfdInstance({ ...ends, ...timers, inside: '  interface eth0' });
  });
  const global = 'global_defs {\n  vrrp_rt_priority 50\n}\n';
  const tracked = '  track_bfd {\n    f4\n  }';
  return `${global}${sessions.join('')}${far.join('')}${onLink.join('')}${half(254, tracked)}`;
}

export function writeConfiguration(a: Host, text: string): void {
  writeFileSync(join(a.directory, 'holdfast.conf'), text);
}

export async function sessionsOf(host: Host): Promise<ReadonlyMap<string, BfdSessionSnapshot>> {
  const { snapshot } = await statusOf(host);
  return new Map((snapshot?.bfd?.sessions ?? []).map((one) => [one.model.name, one]));
}

/** Waits until all these sessions answer to the question. */
export async function whenSessions(
  host: Host,
  what: string,
  holds: (sessions: ReadonlyMap<string, BfdSessionSnapshot>) => boolean,
): Promise<ReadonlyMap<string, BfdSessionSnapshot>> {
  return until(what, 45_000, async () => {
    const sessions = await sessionsOf(host).catch(() => undefined);
    return sessions !== undefined && holds(sessions) ? sessions : undefined;
  });
}

export function allUp(sessions: ReadonlyMap<string, BfdSessionSnapshot>): boolean {
  return sessions.size > 0 && [...sessions.values()].every(({ state }) => state.state === 'up');
}
