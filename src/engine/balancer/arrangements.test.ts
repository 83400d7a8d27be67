import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant, seconds } from '../../base/units.ts';
import type { OperationResult } from '../../ports.ts';
import { Arranger } from './arrangements.ts';
import type { PlaneModel } from './model.ts';

const start = instant(0);
const later = after(start, seconds(1));
const masters = new Map([['VI_1', true]]);
const done: OperationResult = { done: true };
const plane: PlaneModel = {
  kind: 'ipvs',
  timeouts: { tcp: 900, tcpFin: undefined, udp: undefined },
  flushAtStart: false,
  flushAtStop: undefined,
  synchronisation: {
    ...{ instance: 'VI_1', interface: 'eth1', id: 3, maximumLength: undefined },
    ...{ port: undefined, ttl: undefined, group: undefined },
  },
};

function refusal(code: string): OperationResult {
  return { done: false, error: { code, errno: 0, detail: '' } };
}

function roles(arranger: Arranger, model = plane): readonly string[] | undefined {
  return arranger.orders(model, masters, false).synchronise?.map(({ role }) => role);
}

test('everything is ordered once, and ended when it is over', () => {
  const arranger = new Arranger();
  const { timeouts, synchronise } = arranger.orders(plane, masters, false);
  assert.equal(timeouts?.tcp, 900);
  assert.deepEqual(
    synchronise?.map(({ role }) => role),
    ['master'],
  );
  const nothing = { timeouts: undefined, synchronise: undefined };
  assert.deepEqual(arranger.orders(plane, masters, false), nothing);
  assert.deepEqual(arranger.orders(plane, masters, true), { ...nothing, synchronise: [] });
});

test('daemons that nobody has asked for are let alone', () => {
  const arranger = new Arranger();
  const quiet = { ...plane, synchronisation: undefined };
  assert.equal(roles(arranger, quiet), undefined);
  arranger.doubt();
  assert.equal(roles(arranger, quiet), undefined);
});

test('what is refused is told once, ordered again every second, and told when it works', () => {
  const arranger = new Arranger();
  assert.deepEqual(roles(arranger), ['master']);
  const [told] = arranger.answered('synchronisation', refusal('ENODEV'), start);
  assert.equal(told?.kind, 'plane-failed');
  assert.equal(arranger.retryAt, later);
  arranger.wake(after(start, seconds(0.5)));
  assert.equal(roles(arranger), undefined, 'not before its time');
  arranger.wake(later);
  assert.deepEqual(roles(arranger), ['master']);
  assert.deepEqual(arranger.answered('synchronisation', refusal('ENODEV'), later), []);
  arranger.wake(after(later, seconds(1)));
  assert.deepEqual(roles(arranger), ['master']);
  const works = arranger.answered('synchronisation', done, later);
  assert.deepEqual(works, [{ kind: 'plane-works', at: later }]);
  assert.equal(arranger.retryAt, undefined);
  assert.deepEqual(arranger.answered('synchronisation', done, later), []);
});

test('what nothing can change is not tried again', () => {
  const arranger = new Arranger();
  roles(arranger);
  assert.equal(arranger.answered('synchronisation', refusal('EOPNOTSUPP'), start).length, 1);
  assert.equal(arranger.retryAt, undefined);
  arranger.wake(later);
  assert.equal(roles(arranger), undefined);
});

test('after a look at the plane daemons are ordered again, timeouts are not', () => {
  const arranger = new Arranger();
  roles(arranger);
  arranger.doubt();
  const { timeouts, synchronise } = arranger.orders(plane, masters, false);
  assert.equal(timeouts, undefined);
  assert.equal(synchronise?.length, 1);
});
