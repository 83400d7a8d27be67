import assert from 'node:assert/strict';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { instant } from '../../base/units.ts';
import type { Report } from '../../engine/report.ts';
import type { NotifyPlan } from './arguments.ts';
import { Herald } from './herald.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-herald-'));
after(() => rmSync(directory, { recursive: true }));

const silent: NotifyPlan = {
  master: undefined,
  backup: undefined,
  fault: undefined,
  stop: undefined,
  deleted: undefined,
  lowerPriority: undefined,
  every: undefined,
  tellDeleted: false,
};

function plan(instances: Readonly<Record<string, NotifyPlan>>, priorityChanges: string[] = []) {
  const vrrp = { path: join(directory, 'pipe'), owner: undefined, reader: undefined };
  return {
    instanceNotify: new Map(Object.entries(instances)),
    groupNotify: new Map(),
    pipes: { all: undefined, vrrp, lvs: undefined, priorityChanges, statesOnReload: false },
  };
}

const priority = { base: 100, terms: [], effective: 120 };

function deleted(instance: string): Report {
  const cause = { kind: 'reload' } as const;
  return {
    kind: 'transition',
    instance,
    from: 'backup',
    to: 'deleted',
    cause,
    at: now(),
    priority,
  };
}

function now() {
  return instant(0);
}

function told(): readonly string[] {
  const fd = openSync(join(directory, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(65_536);
  const length = readSync(fd, bytes);
  closeSync(fd);
  return bytes.toString('utf8', 0, length).trim().split('\n');
}

test('what a reload removes is told as it was configured: a fault, or deleted', async () => {
  const herald = new Herald({ now, say: () => undefined, remark: () => undefined });
  await herald.configure(plan({ A: silent, B: { ...silent, tellDeleted: true } }));
  await herald.configure(plan({}));
  herald.tell(deleted('A'));
  herald.tell(deleted('B'));
  assert.deepEqual(told(), ['INSTANCE "A" FAULT 120', 'INSTANCE "B" DELETED 120']);
  await herald.close();
});

test('priorities of those that ask for it, and a lower priority that was heard', async () => {
  const herald = new Herald({ now, say: () => undefined, remark: () => undefined });
  await herald.configure(plan({ A: silent, B: silent }, ['A']));
  for (const instance of ['A', 'B']) {
    for (const state of ['master', 'backup', 'fault'] as const) {
      herald.tell({ kind: 'priority', instance, at: now(), priority, state });
    }
  }
  const from = '10.0.0.2' as Extract<Report, { kind: 'lower-priority-heard' }>['from'];
  herald.tell({
    kind: 'lower-priority-heard',
    instance: 'B',
    at: now(),
    from,
    theirs: 50,
    ours: 120,
  });
  assert.deepEqual(told(), [
    'INSTANCE "A" MASTER_PRIORITY 120',
    'INSTANCE "A" BACKUP_PRIORITY 120',
    'INSTANCE "B" MASTER_RX_LOWER_PRI 120',
  ]);
  await herald.close();
});
