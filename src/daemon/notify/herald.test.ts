import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { instant } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import { readText } from '../../language/read-text.ts';
import { type BalancerPlan, balancerPlan } from '../balancing/plan.ts';
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

const ended = join(directory, 'ended');

/** A service with these servers, whose end a script of theirs is told of. */
function balancing(servers: readonly string[], script = true): BalancerPlan {
  const told = script ? 'notify_down /bin/true' : '';
  const list = servers.map((address) => `real_server ${address} 80 {\n${told}\n}\n`);
  const text = `virtual_server 192.0.2.1 80 {\n protocol TCP\n${list.join('')}}\n`;
  const made = balancerPlan(readText(text, 'test.conf').model, {
    security: { scriptUser: undefined, enforce: false },
    title: undefined,
    prepare: () => ({ argv: ['/bin/sh', '-c', `echo down >> ${ended}`], user: undefined }),
  });
  assert.ok(made !== undefined);
  return made;
}

function down(address: string): BalancerReport {
  return {
    ...{ kind: 'server', service: 'tcp 192.0.2.1:80', serviceLabel: '[192.0.2.1]:tcp:80' },
    ...{ server: `${address}:80`, serverLabel: `[${address}]:tcp:80`, at: now(), up: false },
    ...{ repeated: false, weight: 1, cause: { kind: 'reload' }, mail: false },
  };
}

test('the script of a server that a reload takes away is run, one that it takes away is not', async () => {
  const herald = new Herald({ now, say: () => undefined, remark: () => undefined });
  await herald.configure({ ...plan({}), balancer: balancing(['10.0.0.1', '10.0.0.2']) });
  await herald.configure({ ...plan({}), balancer: balancing(['10.0.0.2'], false) });
  herald.tellService(down('10.0.0.2'));
  await herald.close();
  assert.ok(!existsSync(ended));
  const next = new Herald({ now, say: () => undefined, remark: () => undefined });
  await next.configure({ ...plan({}), balancer: balancing(['10.0.0.1', '10.0.0.2']) });
  await next.configure({ ...plan({}), balancer: balancing(['10.0.0.2']) });
  next.tellService(down('10.0.0.1'));
  await next.close();
  assert.equal(readFileSync(ended, 'utf8'), 'down\n');
});
