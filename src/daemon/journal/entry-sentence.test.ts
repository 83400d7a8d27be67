import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import { sentences } from './sentence.ts';

function told(report: Report): string | undefined {
  return sentences(report, (pid) => (pid === 4711 ? 'ip' : undefined))[0]?.text;
}

test('routes, rules and static addresses are named with whose they are and who removed them', () => {
  const at = instant(0);
  const words = '198.51.100.0/24 dev eth0';
  const lost = { kind: 'entry-lost', at, entry: 'route', words, portId: 4711 } as const;
  assert.equal(
    told({ ...lost, instance: 'VI_1', restored: true }),
    'the route 198.51.100.0/24 dev eth0 of VI_1 was removed by process 4711 (ip); putting it back',
  );
  assert.equal(
    told({ ...lost, instance: undefined, restored: false }),
    'the static route 198.51.100.0/24 dev eth0 was removed by process 4711 (ip); it is not tracked and stays away',
  );
  const error = { errno: 101, code: 'ENETUNREACH', detail: 'Nexthop has invalid gateway' };
  assert.equal(
    told({ kind: 'entry-failed', at, entry: 'route', words, instance: 'VI_1', error }),
    'cannot have the route 198.51.100.0/24 dev eth0 of VI_1: ENETUNREACH, Nexthop has invalid gateway; trying again',
  );
  assert.equal(
    told({ kind: 'stale-entry-removed', at, entry: 'rule', words: '100: from all lookup 7' }),
    'removed the rule 100: from all lookup 7: left behind by a daemon that was killed',
  );
});
