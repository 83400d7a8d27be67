import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadlineQueue, type Waiting } from './deadline-queue.ts';

function waiting(overdue: () => void): Waiting {
  return {
    ...{ deadline: 0, queue: undefined, previous: undefined, next: undefined },
    overdue,
  };
}

/** Keeps the process alive meanwhile, as a connection would. */
async function whileAlive<Value>(promise: Promise<Value>): Promise<Value> {
  const alive = setInterval(() => undefined, 1_000);
  try {
    return await promise;
  } finally {
    clearInterval(alive);
  }
}

test('deadlines come in order, not too early, and not for who was taken off or hung up anew', async () => {
  const limit = 30;
  const queue = DeadlineQueue.of(limit);
  const came: string[] = [];
  const begunAt = performance.now();
  await whileAlive(
    new Promise<void>((resolve) => {
      const one = waiting(() => came.push('one'));
      const gone = waiting(() => came.push('gone'));
      const renewed = waiting(() => {
        came.push('renewed');
        resolve();
      });
      const three = waiting(() => came.push('three'));
      for (const each of [one, gone, renewed, three]) queue.add(each, begunAt);
      queue.remove(gone);
      queue.remove(gone);
      queue.add(renewed, performance.now());
      assert.deepEqual([gone.queue, renewed.queue], [undefined, queue]);
    }),
  );
  assert.deepEqual(came, ['one', 'three', 'renewed']);
  assert.ok(performance.now() - begunAt >= limit);
});

test('who hangs itself up anew when it is due waits as long again; a queue without anybody is let go', async () => {
  const limit = 20;
  const queue = DeadlineQueue.of(limit);
  assert.equal(DeadlineQueue.of(limit), queue);
  let rounds = 0;
  const begunAt = performance.now();
  await whileAlive(
    new Promise<void>((resolve) => {
      const one = waiting(() => {
        rounds += 1;
        if (rounds === 3) resolve();
        else queue.add(one, performance.now());
      });
      queue.add(one, performance.now());
    }),
  );
  assert.ok(performance.now() - begunAt >= 3 * limit);
  assert.notEqual(DeadlineQueue.of(limit), queue);
});
