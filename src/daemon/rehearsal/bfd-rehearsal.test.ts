import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelOperation } from '../../ports.ts';
import type { Ports } from '../failover/ports.ts';
import { playLoss } from './bfd-rehearsal.ts';
import { Stage } from './stage.ts';

test('the end of a session is played to its last consequence', () => {
  const asked: string[] = [];
  const note =
    (what: string) =>
    (items: readonly unknown[]): readonly [] => {
      asked.push(`${what} ${items.length}`);
      return [];
    };
  const network = { transmit: note('transmit'), announce: note('announce'), receive: () => [] };
  const kernel = {
    apply: (operations: readonly KernelOperation[]) => {
      asked.push(...operations.map(({ kind }) => kind));
      return operations.map(() => ({ done: true }) as const);
    },
    changes: () => [],
  };
  playLoss(new Stage({ network, kernel } as unknown as Pick<Ports, 'network' | 'kernel'>));
  assert.deepEqual(asked, [
    ...['transmit 1', 'add-address', 'announce 5'],
    // Its second advertisement and what goes with it, then its resignation with the address.
    ...['transmit 1', 'announce 1', 'transmit 1', 'remove-address'],
  ]);
});
