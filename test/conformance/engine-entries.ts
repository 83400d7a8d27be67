/** The words for routes, rules and static addresses: `198.51.100.0/24>10.0.0.9@eth0`, `100:10.0.0.0/24:7`; `!` is no_track. */
import assert from 'node:assert/strict';
import { familyOf } from '../../src/base/address.ts';
import type { Route } from '../../src/base/route.ts';
import type { Rule } from '../../src/base/rule.ts';
import type { Entry, VirtualAddress } from '../../src/engine/model.ts';
import { OWN_ROUTE_PROTOCOL } from '../../src/ports.ts';
import { address, type Options } from './words.ts';

export function entriesOf(options: Options, prefix = ''): readonly Entry[] {
  const trackedBy = listOf(options, 'track_group');
  const entry = (word: string) => ({ track: !word.endsWith('!'), trackedBy });
  return [
    ...listOf(options, `${prefix}routes`).map(
      (word): Entry => ({
        kind: 'route',
        route: routeFrom(word.replace('!', '')),
        place: 'first',
        ...entry(word),
      }),
    ),
    ...listOf(options, `${prefix}rules`).map(
      (word): Entry => ({ kind: 'rule', rule: ruleFrom(word.replace('!', '')), ...entry(word) }),
    ),
  ];
}

export function staticAddresses(
  options: Options,
  read: (options: Options, key: string) => readonly VirtualAddress[],
): readonly Entry[] {
  const trackedBy = listOf(options, 'track_group');
  return read(options, 'static_addresses').map((one) => ({
    kind: 'address',
    address: one,
    track: one.track,
    trackedBy,
  }));
}

export function routeFrom(word: string): Route<string> {
  const [, to = '', , gateway, , link, , mtu] =
    /^([^>@~]+)(>([^@~]+))?(@([^~]+))?(~(\d+))?$/.exec(word) ?? [];
  const [host = '', prefix] = to.split('/');
  const destination = address(host);
  const via = gateway === undefined ? undefined : address(gateway);
  return {
    family: familyOf(destination),
    type: 'unicast',
    destination,
    prefix: Number(prefix),
    from: undefined,
    tos: 0,
    table: 254,
    metric: undefined,
    protocol: OWN_ROUTE_PROTOCOL,
    scope: via === undefined ? 253 : 0,
    source: undefined,
    hops: [
      {
        gateway: via,
        link,
        weight: 1,
        onlink: false,
        encapsulation: undefined,
        realms: undefined,
      },
    ],
    metrics: mtu === undefined ? {} : { mtu: Number(mtu) },
    realms: undefined,
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
  };
}

export function ruleFrom(word: string): Rule {
  const [, priority, host = '', prefix, table] = /^(\d+):([^/]+)\/(\d+):(\d+)$/.exec(word) ?? [];
  assert.ok(table !== undefined, `${word} is not a rule`);
  const from = { address: address(host), prefix: Number(prefix) };
  return {
    family: familyOf(from.address),
    priority: Number(priority),
    action: { kind: 'table', table: Number(table) },
    not: false,
    from,
    to: undefined,
    tos: 0,
    mark: undefined,
    incoming: undefined,
    outgoing: undefined,
    tunnel: undefined,
    users: undefined,
    transport: undefined,
    sourcePorts: undefined,
    destinationPorts: undefined,
    realms: undefined,
    suppressPrefix: undefined,
    suppressGroup: undefined,
    protocol: OWN_ROUTE_PROTOCOL,
  };
}

function listOf(options: Options, key: string): readonly string[] {
  return (options.get(key) ?? '').split(',').filter((word) => word !== '');
}
