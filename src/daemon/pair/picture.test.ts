import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot, InstanceSnapshot } from '../../engine/snapshot.ts';
import { amend } from './picture.ts';

const priority = { base: 100, terms: [], effective: 100 };
const instance = (name: string): InstanceSnapshot =>
  ({
    name,
    state: 'backup',
    since: instant(5),
    priority,
    faults: [],
  }) as unknown as InstanceSnapshot;
const picture = {
  takenAt: instant(10),
  instances: [instance('a'), instance('b')],
} as unknown as EngineSnapshot;
const transition = (at: number): Report => ({
  kind: 'transition',
  instance: 'a',
  from: 'backup',
  to: 'master',
  cause: { kind: 'owner' },
  at: instant(at),
  priority,
});

test('a transition after the picture changes what a successor resumes from', () => {
  const amended = amend(picture, [transition(11)]);
  assert.equal(amended?.instances[0]?.state, 'master');
  assert.equal(amended?.instances[0]?.since, 11);
  assert.equal(amended?.instances[1], picture.instances[1]);
});

test('one that the picture already shows changes nothing', () => {
  assert.equal(amend(picture, [transition(9)]), picture);
  assert.equal(amend(undefined, [transition(9)]), undefined);
});
