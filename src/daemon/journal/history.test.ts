import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, wallTime } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import { type History, recordRemark, recordTransition } from './history.ts';

const transition = (at: number): Extract<Report, { kind: 'transition' }> => ({
  kind: 'transition',
  instance: 'a',
  from: 'backup',
  to: 'master',
  cause: { kind: 'owner' },
  at: instant(at),
  priority: { base: 100, terms: [], effective: 100 },
});

test('remarks belong to the transition that follows them', () => {
  let history: History = new Map();
  const remark = { at: instant(1), wall: wallTime(1), text: 'interface eth0 is down' };
  history = recordRemark(history, 'a', remark);
  history = recordTransition(history, transition(2), wallTime(2));
  assert.deepEqual(history.get('a')?.entries[0]?.before, [remark]);
  assert.deepEqual(history.get('a')?.since, []);
});

test('memory is bounded, the newest stays', () => {
  let history: History = new Map();
  for (let at = 0; at < 1_000; at += 1) {
    history = recordTransition(history, transition(at), wallTime(at));
    for (let count = 0; count < 20; count += 1) {
      history = recordRemark(history, 'a', {
        at: instant(at),
        wall: wallTime(at),
        text: `${count}`,
      });
    }
  }
  const own = history.get('a');
  assert.equal(own?.entries.length, 20);
  assert.equal(own?.entries.at(-1)?.at, 999);
  assert.deepEqual(
    own?.since.map(({ text }) => text),
    ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'],
  );
});
