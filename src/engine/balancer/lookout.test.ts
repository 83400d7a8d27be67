import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant, milliseconds, seconds } from '../../base/units.ts';
import { Lookout } from './lookout.ts';

test('a look that others have held up blinds nobody; looks that take long are seldom', () => {
  const lookout = new Lookout({ plane: 'ipvs', keys: () => [] });
  const start = instant(0);
  const wakesAfter = (took: number) => {
    lookout.observed(1, milliseconds(took), start);
    return lookout.wakeAt;
  };
  assert.equal(wakesAfter(2), after(start, seconds(1)));
  assert.equal(wakesAfter(300), after(start, seconds(1)));
  assert.equal(wakesAfter(2), after(start, seconds(1)));
  wakesAfter(300);
  assert.equal(wakesAfter(400), after(start, seconds(30)));
});
