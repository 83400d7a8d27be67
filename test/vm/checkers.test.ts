/** Every behaviour of a server before keepalived's checkers and before ours: the same verdict, or a written reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../checkers/compare.ts';
import { enterGuest } from './guest.ts';

enterGuest(import.meta.filename);
const { rows } = await compare('');
const checkers = [...new Set(rows.map(({ scenario }) => scenario.checker))];

for (const checker of checkers) {
  const own = rows.filter(({ scenario }) => scenario.checker === checker);
  const reasons = own.filter(({ scenario }) => scenario.reason !== undefined).length;
  test(`${checker} judges as keepalived does: ${own.length} scenarios, ${reasons} with a reason why not`, () => {
    assert.ok(own.length >= 20);
    const differing = own.flatMap(({ scenario, theirs, ours, detail }) => {
      if (scenario.unsteady !== undefined) return [];
      if ((theirs === ours) === (scenario.reason === undefined)) return [];
      const verdicts = `keepalived ${theirs ?? 'out'}, here ${ours ?? 'out'} (${detail})`;
      const reason = scenario.reason === undefined ? '' : `, though ${scenario.reason}`;
      return [`${scenario.name}: ${verdicts}${reason}`];
    });
    assert.deepEqual(differing, []);
  });
}

test('there are scenarios of every checker', () => {
  assert.equal(checkers.length, 8);
  assert.ok(rows.length > 350);
});
