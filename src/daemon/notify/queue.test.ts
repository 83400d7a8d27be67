import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, seconds } from '../../base/units.ts';
import type { Command } from '../scripts/command.ts';
import {
  deadline,
  emptyQueue,
  type Notice,
  type QueueEffect,
  type QueueEvent,
  step,
} from './queue.ts';

const command = (name: string): Command => ({ argv: [name], user: undefined });
const notice = (state: string): Notice => ({
  state,
  commands: [command(`own ${state}`), command(`every ${state}`)],
});
const at = (second: number): Instant => instant(second * 1_000_000);

/** Feeds the events, one a second, and returns what came of each. */
function feed(events: readonly QueueEvent[]): readonly (readonly QueueEffect[])[] {
  let queue = emptyQueue;
  return events.map((event, second) => {
    const result = step(queue, event, at(second), seconds(3));
    queue = result.queue;
    return result.effects;
  });
}

const start = (name: string): QueueEffect => ({ kind: 'start', command: command(name) });
const ended: QueueEvent = { kind: 'ended' };

test('the scripts of one notice run one after the other', () => {
  const effects = feed([{ kind: 'notice', notice: notice('MASTER') }, ended, ended]);
  assert.deepEqual(effects, [[start('own MASTER')], [start('every MASTER')], []]);
});

test('of the states that wait the latest wins, and what it replaced is named', () => {
  const effects = feed([
    { kind: 'notice', notice: notice('MASTER') },
    { kind: 'notice', notice: notice('BACKUP') },
    { kind: 'notice', notice: notice('FAULT') },
    ended,
    ended,
    ended,
  ]);
  assert.deepEqual(effects, [
    [start('own MASTER')],
    [],
    [{ kind: 'superseded', state: 'BACKUP', by: 'FAULT' }],
    [start('every MASTER')],
    [start('own FAULT')],
    [start('every FAULT')],
  ]);
});

test('a script that hangs is named, told to end, killed, and its successor runs', () => {
  let { queue } = step(emptyQueue, { kind: 'notice', notice: notice('MASTER') }, at(0), seconds(3));
  assert.equal(deadline(queue), at(3));
  const overrun = step(queue, { kind: 'wake' }, at(3), seconds(3));
  assert.deepEqual(overrun.effects, [
    { kind: 'overrun', command: command('own MASTER'), state: 'MASTER' },
    { kind: 'signal', signal: 'SIGTERM' },
  ]);
  assert.equal(deadline(overrun.queue), at(5));
  const killed = step(overrun.queue, { kind: 'wake' }, at(5), seconds(3));
  assert.deepEqual(killed.effects, [{ kind: 'signal', signal: 'SIGKILL' }]);
  assert.equal(deadline(killed.queue), undefined);
  queue = killed.queue;
  assert.deepEqual(step(queue, ended, at(6)).effects, [start('every MASTER')]);
});

test('a state without scripts takes the place of one that waits', () => {
  const effects = feed([
    { kind: 'notice', notice: notice('MASTER') },
    { kind: 'notice', notice: notice('BACKUP') },
    { kind: 'notice', notice: { state: 'FAULT', commands: [] } },
    ended,
    ended,
  ]);
  assert.deepEqual(effects.slice(3), [[start('every MASTER')], []]);
});
