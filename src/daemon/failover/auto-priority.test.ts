import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, seconds } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import { PriorityRaise } from './auto-priority.ts';

const due = instant(10_000_000);
const late = instant(11_000_000);
const refusal: PortError = { errno: 1, code: 'EPERM', detail: '' };

function raise(options: { readonly priority?: number; readonly refuses?: boolean } = {}) {
  const set: number[] = [];
  const refused: PortError[] = [];
  const one = new PriorityRaise({
    terms: { most: 3, delay: seconds(1) },
    priority: options.priority,
    set: (priority) => {
      set.push(priority);
      return options.refuses === true ? refusal : undefined;
    },
    refused: (error) => refused.push(error),
  });
  return { one, set, refused };
}

test('a deadline served late enough raises by one, up to the most', () => {
  const { one, set } = raise();
  one.served(due, instant(late - 1));
  one.served(undefined, late);
  assert.deepEqual([set, one.isRaised], [[], false]);
  for (let times = 0; times < 5; times += 1) one.served(due, late);
  assert.deepEqual([set, one.isRaised], [[1, 2, 3], true]);
});

test('it begins at the priority of the configuration, and never lowers it', () => {
  const higher = raise({ priority: 50 });
  higher.one.served(due, late);
  assert.deepEqual(higher.set, []);
  const lower = raise({ priority: 2 });
  lower.one.served(due, late);
  assert.deepEqual(lower.set, [3]);
});

test('what the kernel refuses is told once and not tried again', () => {
  const { one, set, refused } = raise({ refuses: true });
  one.served(due, late);
  one.served(due, late);
  assert.deepEqual([set, refused, one.isRaised], [[1], [refusal], false]);
});
