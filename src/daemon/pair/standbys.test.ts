import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { FailoverModel } from '../../engine/model.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { readText } from '../../language/read-text.ts';
import type { Order, ProcessOrders } from '../channel.ts';
import { type Seat, seatOf } from './seat.ts';
import { Standbys } from './standbys.ts';

const orders: ProcessOrders = {
  realTimePriority: undefined,
  nice: undefined,
  lockMemory: false,
  cpus: undefined,
  realTimeLimit: undefined,
};

function every(interval: string): FailoverModel {
  const text = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nversion 3\nadvert_int ${interval}\n}\n`;
  return failoverModel(readText(text).model);
}

const [slow, quick] = [every('1'), every('0.1')];
const { PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority;

interface Started {
  readonly seat: Seat;
  readonly told: Order['kind'][];
  readonly niceness: number[];
  killed: boolean;
}

/** Standbys that are told of but do not run, under a clock that the test turns. */
function stage(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const started: Started[] = [];
  const standbys = new Standbys(() => {
    const seat = seatOf({
      pid: started.length,
      over: false,
      wasKilled: false,
      setNice: (niceness) => void one.niceness.push(niceness),
      order: ({ kind }) => void one.told.push(kind),
      kill: () => {
        one.killed = true;
      },
    });
    const one: Started = { seat, told: [], niceness: [], killed: false };
    started.push(one);
    return seat;
  });
  const prepare = (index: number): void => {
    const seat = started[index]?.seat;
    assert.ok(seat);
    seat.prepared = true;
    standbys.prepared(seat);
  };
  return { standbys, started, prepare, pass: (ms: number) => context.mock.timers.tick(ms) };
}

test('one stands by, started a while after what runs has begun, behind all others', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  standbys.hold(slow, orders);
  standbys.fill();
  pass(399);
  assert.equal(started.length, 0);
  pass(5_000);
  assert.equal(started.length, 1);
  assert.deepEqual(started[0]?.told, ['prepare']);
  assert.deepEqual(started[0]?.niceness, [PRIORITY_LOW]);
  assert.equal(standbys.areReady, false);
  prepare(0);
  assert.equal(standbys.areReady, true);
});

test('two stand by where peers are quick, the first at once and as fast as any process', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  standbys.hold(quick, orders);
  standbys.fill();
  pass(0);
  assert.equal(started.length, 1);
  assert.deepEqual(started[0]?.niceness, [PRIORITY_NORMAL]);
  prepare(0);
  assert.deepEqual(started[0]?.niceness, [PRIORITY_NORMAL, PRIORITY_LOW]);
  assert.equal(standbys.areReady, false);
  pass(1_000);
  prepare(1);
  assert.equal(standbys.areReady, true);
  pass(10_000);
  assert.equal(started.length, 2);
});

test('the one that is ready goes first, and none at all is started when it is needed', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  standbys.hold(quick, orders);
  standbys.fill();
  pass(0);
  pass(1_000);
  prepare(1);
  assert.equal(standbys.take(), started[1]?.seat);
  assert.equal(standbys.take(), started[0]?.seat);
  const fresh = standbys.take();
  assert.equal(fresh, started[2]?.seat);
  assert.deepEqual(started[2]?.told, ['prepare']);
});

test('one that dies is replaced; one that never got ready, after a pause', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  standbys.hold(slow, orders);
  standbys.fill();
  pass(400);
  prepare(0);
  const seats = () => started.map(({ seat }) => seat);
  assert.equal(standbys.lose(seats()[0] as Seat), true);
  assert.equal(standbys.lose(seats()[0] as Seat), false);
  pass(400);
  assert.equal(started.length, 2);
  standbys.lose(seats()[1] as Seat);
  pass(4_999);
  assert.equal(started.length, 2);
  pass(1);
  assert.equal(started.length, 3);
});

test('a reload that makes peers slower sends the second away, and one that makes them quicker brings it', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  standbys.hold(quick, orders);
  standbys.fill();
  pass(0);
  pass(1_000);
  prepare(0);
  prepare(1);
  standbys.hold(slow, orders);
  assert.deepEqual(
    started.map(({ killed }) => killed),
    [false, true],
  );
  assert.equal(standbys.areReady, true);
  standbys.hold(quick, orders);
  standbys.fill();
  pass(400);
  assert.equal(started.length, 3);
});

test('after the order to stop nobody is started any more', (context) => {
  const { standbys, started, pass } = stage(context);
  standbys.hold(slow, orders);
  standbys.fill();
  standbys.close();
  standbys.fill();
  pass(60_000);
  assert.equal(started.length, 0);
});

test('where nothing is held nobody stands by, until something is', (context) => {
  const { standbys, started, prepare, pass } = stage(context);
  const nothing = failoverModel(readText('').model);
  standbys.warm();
  standbys.hold(nothing, orders);
  assert.equal(started[0]?.killed, false, 'it is loaded for the place that nobody has yet');
  prepare(0);
  standbys.take();
  standbys.fill();
  pass(10_000);
  assert.equal(started.length, 1);
  assert.equal(standbys.areReady, true);
  standbys.hold(slow, orders);
  standbys.fill();
  pass(400);
  assert.equal(started.length, 2);
  standbys.hold(nothing, orders);
  assert.equal(started[1]?.killed, true);
});
