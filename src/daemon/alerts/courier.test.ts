import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { instant, microseconds, plus, seconds } from '../../base/units.ts';
import type { Alert } from './alert.ts';
import { Courier, type Delivery } from './courier.ts';

function alert(name: string, at = 0): Alert {
  return {
    kind: 'instance',
    ...{ name, service: undefined, state: 'MASTER', bad: false, headline: name },
    ...{ sentence: '', reason: undefined, at: instant(at) },
  };
}

/** A place that answers as told; every turn of the clock goes through all that is due. */
function scene(answers: Delivery[], batch = () => 1) {
  mock.timers.enable({ apis: ['setTimeout'] });
  const tried: string[] = [];
  const said: string[] = [];
  let now = microseconds(0);
  const courier = new Courier({
    place: 'the place',
    batch,
    deliver(alerts) {
      tried.push(alerts.map(({ name }) => name).join('+'));
      return Promise.resolve(answers.shift() ?? { kind: 'taken' });
    },
    now: () => instant(now),
    say: (loudness, text) => said.push(`${loudness}: ${text}`),
  });
  const pass = async (milliseconds: number): Promise<void> => {
    now = plus(now, microseconds(milliseconds * 1_000));
    for (let step = 0; step <= milliseconds; step += 100) {
      mock.timers.tick(Math.min(100, milliseconds));
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
  };
  return { courier, tried, said, pass, [Symbol.dispose]: () => mock.timers.reset() };
}

test('in order, one after the other', async () => {
  using place = scene([]);
  for (const name of ['a', 'b', 'c']) place.courier.carry(alert(name));
  await place.pass(300);
  assert.deepEqual(place.tried, ['a', 'b', 'c']);
  assert.deepEqual(place.said, []);
});

test('what was not taken is tried again before what came later, ever more rarely', async () => {
  const later: Delivery = { kind: 'later', why: 'it sleeps' };
  using place = scene([later, later]);
  for (const name of ['a', 'b']) place.courier.carry(alert(name));
  await place.pass(100);
  assert.deepEqual(place.tried, ['a']);
  await place.pass(1_100);
  assert.deepEqual(place.tried, ['a', 'a']);
  await place.pass(1_500);
  assert.deepEqual(place.tried, ['a', 'a'], 'the second pause is twice the first');
  await place.pass(1_000);
  assert.deepEqual(place.tried, ['a', 'a', 'a', 'b']);
  assert.deepEqual(place.said, [
    'warning: the place did not take "a": it sleeps; it is tried again',
    'notice: the place takes messages again',
  ]);
});

test('what is refused is lost and named, and nothing waits for it', async () => {
  using place = scene([{ kind: 'refused', why: 'no such user' }]);
  for (const name of ['a', 'b']) place.courier.carry(alert(name));
  await place.pass(200);
  assert.deepEqual(place.tried, ['a', 'b']);
  assert.deepEqual(place.said, ['error: the place refused "a", which is lost: no such user']);
  assert.equal(place.courier.counterpart.lost, 1);
});

test('after an hour it is given up', async () => {
  const later: Delivery = { kind: 'later', why: 'it sleeps', pause: seconds(3_601) };
  using place = scene([later, later]);
  place.courier.carry(alert('a'));
  await place.pass(100);
  await place.pass(3_602_000);
  assert.equal(place.courier.counterpart.lost, 1);
  assert.match(place.said.at(-1) ?? '', /for an hour, which is lost/);
});
