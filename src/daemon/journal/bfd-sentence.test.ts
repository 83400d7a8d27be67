import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { invariant } from '../../base/outcome.ts';
import { type Instant, microseconds, milliseconds } from '../../base/units.ts';
import type { BfdReport } from '../../engine/bfd/report.ts';
import { sentences } from './sentence.ts';

const neighbour = parseAddress('192.0.2.11');
invariant(neighbour !== undefined, 'it is an address');
const at = 0 as Instant;
const told = (report: BfdReport) =>
  sentences(report).map(({ loudness, text }) => `${loudness} ${text}`);
const transition = {
  kind: 'bfd-transition',
  session: 'peer',
  neighbour,
  at,
  forFailover: true,
  forChecks: true,
} as const;
const error = (code: string) => ({ errno: 0, code, detail: '' });

test('states as keepalived says them, and why', () => {
  const expired = {
    kind: 'detection-expired',
    detection: milliseconds(30),
    silence: microseconds(31_234),
  } as const;
  assert.deepEqual(told({ ...transition, from: 'up', to: 'down', cause: expired }), [
    'warning (peer) Entering Down state',
    'warning BFD session peer went down: detection time 30ms expired, last packet 31.2ms ago',
  ]);
  assert.deepEqual(told({ ...transition, from: 'init', to: 'up', cause: { kind: 'handshake' } }), [
    'notice (peer) Entering Up state',
    'notice BFD session peer with 192.0.2.11 is up',
  ]);
  const signalled = { kind: 'neighbour-signalled', state: 'down', diagnostic: 1 } as const;
  assert.deepEqual(told({ ...transition, from: 'init', to: 'down', cause: signalled }), [
    'info (peer) Entering Down state: the neighbour signalled down: its detection time expired',
  ]);
  assert.deepEqual(
    told({ ...transition, from: 'up', to: 'admin-down', cause: { kind: 'administrator' } }),
    ['notice BFD session peer with 192.0.2.11 ends: it is not wanted any more'],
  );
});

test('what was lost on this host is told with its number', () => {
  const [line = ''] = told({ kind: 'bfd-overflow', at, lost: 4711 });
  assert.match(line, /^warning 4711 BFD packets were lost on this host: .*bfd_rt_priority/);
});

test('what cannot be had says what to do', () => {
  assert.deepEqual(
    told({ kind: 'bfd-listen-failed', at, family: 'ipv4', port: 3784, error: error('EADDRINUSE') }),
    [
      'error cannot listen on UDP port 3784 (IPv4) for BFD: EADDRINUSE; another BFD daemon has it, such as bfdd, bird or keepalived: see "ss -ulnp sport = :3784"; trying again every second',
    ],
  );
  const failed = { kind: 'bfd-transmit-failed', session: 'peer', neighbour, at } as const;
  assert.deepEqual(told({ ...failed, source: neighbour, error: error('EADDRNOTAVAIL') }), [
    'error BFD session peer cannot send to 192.0.2.11: EADDRNOTAVAIL (source_ip 192.0.2.11 is no address of this host); trying again as long as it lasts',
  ]);
  assert.deepEqual(told({ ...failed, source: undefined, error: error('ENETUNREACH') }), [
    'error BFD session peer cannot send to 192.0.2.11: ENETUNREACH (this host has no route to it); trying again as long as it lasts',
  ]);
});
