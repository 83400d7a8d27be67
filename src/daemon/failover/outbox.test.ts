import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import type { EngineSnapshot } from '../../engine/snapshot.ts';
import type { Answer } from '../channel.ts';
import { Outbox } from './outbox.ts';

const report = (at: number): Report => ({
  kind: 'interface',
  at: instant(at),
  interface: 'eth0',
  state: 'up',
});
const picture = (at: number): EngineSnapshot =>
  ({ takenAt: instant(at), instances: [] }) as unknown as EngineSnapshot;

/** A channel whose far end reads only when `read` is called. */
function stalled() {
  const sent: Answer[] = [];
  const taken: (() => void)[] = [];
  const outbox = new Outbox({
    send: (answer, done) => {
      sent.push(answer);
      taken.push(done);
    },
  });
  const read = (): void => {
    for (const done of taken.splice(0)) done();
  };
  return { outbox, sent, read };
}

test('what a stalled supervisor does not read is bounded, and the loss is told', () => {
  const { outbox, sent, read } = stalled();
  for (let at = 0; at < 20_000; at += 1) outbox.reports([report(at)]);
  assert.equal(sent.length, 16);
  read();
  const rest = sent.at(-1);
  assert.ok(rest?.kind === 'reports');
  assert.equal(rest.reports.length, 8_192);
  assert.equal(rest.lost, 20_000 - 16 - 8_192);
});

test('of pictures only one waits, drawn when there is room', () => {
  const { outbox, sent, read } = stalled();
  for (let at = 0; at < 16; at += 1) outbox.reports([report(at)]);
  let drawn = 0;
  for (let at = 0; at < 1_000; at += 1) {
    outbox.snapshot(undefined, () => {
      drawn += 1;
      return picture(at);
    });
  }
  assert.equal(drawn, 0);
  read();
  assert.equal(drawn, 1);
  const last = sent.at(-1);
  assert.ok(last?.kind === 'snapshot');
  assert.equal(last.snapshot.takenAt, 999);
});

test('reports come before the answer and the picture that follow from them', () => {
  const { outbox, sent, read } = stalled();
  for (let at = 0; at < 16; at += 1) outbox.reports([report(at)]);
  outbox.snapshot(7, () => picture(1));
  outbox.answer({ kind: 'finished' });
  outbox.reports([report(17)]);
  let empty = false;
  outbox.whenEmpty(() => {
    empty = true;
  });
  read();
  assert.ok(!empty);
  assert.deepEqual(
    sent.slice(16).map(({ kind }) => kind),
    ['reports', 'finished', 'snapshot'],
  );
  read();
  assert.ok(empty);
});
