import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelOperation, Network } from '../ports.ts';
import type { Ports } from './ports.ts';
import { Stage, shortPlay } from './stage.ts';

/** Ports that only write down what they are asked for. */
function listener() {
  const asked: string[] = [];
  const note = (what: string) => (items: readonly unknown[]) => {
    asked.push(`${what} ${items.length}`);
    return [];
  };
  const network: Pick<Network, 'transmit' | 'announce' | 'receive'> = {
    transmit: note('transmit'),
    announce: note('announce'),
    receive: () => [],
  };
  const kernel = {
    apply: (operations: readonly KernelOperation[]) => {
      note('apply')(operations);
      return operations.map(() => ({ done: true }) as const);
    },
    changes: () => [],
  };
  const stage = new Stage({ network, kernel } as unknown as Pick<Ports, 'network' | 'kernel'>);
  return { asked, stage };
}

test('the second deadline of the short play is a whole take-over', () => {
  const { asked, stage } = listener();
  stage.open(shortPlay);
  stage.advance();
  assert.deepEqual(asked, []);
  stage.advance();
  assert.deepEqual(asked, ['transmit 1', 'apply 1', 'announce 5']);
});

test('who was master goes on as master, and resigns at the end', () => {
  const { asked, stage } = listener();
  stage.open(shortPlay);
  stage.advance();
  stage.advance();
  const was = stage.clear();
  assert.equal(was?.instances[0]?.state, 'master');
  asked.length = 0;
  stage.open(shortPlay, was);
  assert.ok(asked.includes('transmit 1'), `${asked}`);
});
