/** Every behaviour of a server before keepalived's checkers and before ours: the same verdict, or a written reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../checkers/compare.ts';
import { enterGuest } from './guest.ts';

enterGuest(import.meta.filename);
const { rows } = await compare('');
const checkers = [...new Set(rows.map(({ scenario }) => scenario.checker))];

for (const checker of checkers) {
  test(`${checker} judges as keepalived does`, () => {
    const differing = rows.flatMap(({ scenario, theirs, ours, detail }) => {
      if (scenario.checker !== checker || scenario.unsteady !== undefined) return [];
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
  assert.ok(rows.length > 280);
});
