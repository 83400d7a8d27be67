import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, wallTime } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import { ServiceHistory } from './service-history.ts';

const wall = wallTime(1);
const at = (server: string): BalancerReport => ({
  kind: 'weight',
  ...{ at: instant(1), from: 1, to: 2, service: 's', serviceLabel: 's' },
  ...{ server, serverLabel: server },
});

test('each server has a story of its own, and of too much only the latest is kept', () => {
  const history = new ServiceHistory();
  for (let count = 0; count < 30; count += 1) history.record(at('a'), [`line ${count}`], wall);
  history.record(
    { kind: 'suspension', at: instant(1), service: 's', serviceLabel: 's', suspended: true },
    ['paused'],
    wall,
  );
  assert.deepEqual(
    [history.of('s', 'a').length, history.of('s', 'a').at(-1)?.text],
    [20, 'line 29'],
  );
  assert.deepEqual(
    history.of('s', undefined).map(({ text }) => text),
    ['paused'],
  );
  assert.deepEqual(history.of('s', 'b'), []);
});

test('of too many servers the longest silent are forgotten', () => {
  const history = new ServiceHistory();
  for (let count = 0; count < 5_000; count += 1) history.record(at(`server ${count}`), ['x'], wall);
  assert.equal(history.of('s', 'server 0').length, 0);
  assert.equal(history.of('s', 'server 4999').length, 1);
});
