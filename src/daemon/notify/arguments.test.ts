import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../scripts/command.ts';
import { type NotifyPlan, type NotifyState, noticeOf } from './arguments.ts';

const command = (...argv: string[]): Command => ({ argv, user: undefined });
const plan: NotifyPlan = {
  master: command('/m'),
  backup: command('/b'),
  fault: command('/f'),
  stop: command('/s'),
  deleted: undefined,
  lowerPriority: undefined,
  every: command('/n', 'own argument'),
  tellDeleted: false,
};

function words(state: NotifyState, own: Partial<NotifyPlan> = {}): readonly (readonly string[])[] {
  const change = { kind: 'INSTANCE', name: 'VI 1', state, priority: 150 } as const;
  return noticeOf({ ...plan, ...own }, change).commands.map(({ argv }) => argv);
}

test("the state's own script runs bare, then notify with four more arguments", () => {
  assert.deepEqual(words('MASTER'), [
    ['/m'],
    ['/n', 'own argument', 'INSTANCE', 'VI 1', 'MASTER', '150'],
  ]);
  assert.deepEqual(words('STOP')[0], ['/s']);
});

test('a removal looks like a fault unless notify_deleted is there', () => {
  assert.deepEqual(words('DELETED'), [
    ['/f'],
    ['/n', 'own argument', 'INSTANCE', 'VI 1', 'FAULT', '150'],
  ]);
  assert.deepEqual(words('DELETED', { deleted: command('/d'), tellDeleted: true }), [
    ['/d'],
    ['/n', 'own argument', 'INSTANCE', 'VI 1', 'DELETED', '150'],
  ]);
});

test('only what is configured runs', () => {
  assert.deepEqual(words('BACKUP', { backup: undefined, every: undefined }), []);
});
