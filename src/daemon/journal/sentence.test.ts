import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address, Mac } from '../../base/address.ts';
import { instant, microseconds, milliseconds } from '../../base/units.ts';
import type { Cause, Report, StateName } from '../../engine/report.ts';
import { sentences } from './sentence.ts';

const peer = '10.0.0.2' as Address;
const priority = {
  base: 150,
  terms: [{ from: 'script:check', amount: -50 }],
  effective: 100,
};

function told(from: StateName, to: StateName | 'stop', cause: Cause): readonly string[] {
  const report: Report = {
    kind: 'transition',
    instance: 'VI_1',
    from,
    to,
    cause,
    at: instant(10_000_000),
    priority,
  };
  return sentences(report).map(({ text }) => text);
}

test("the state lines are keepalived's, word for word", () => {
  const start: Cause = { kind: 'start' };
  assert.equal(told('backup', 'master', start)[0], '(VI_1) Entering MASTER STATE');
  assert.equal(told('init', 'backup', start)[0], '(VI_1) Entering BACKUP STATE (init)');
  assert.equal(told('master', 'backup', start)[0], '(VI_1) Entering BACKUP STATE');
  assert.equal(told('backup', 'fault', start)[0], '(VI_1) Entering FAULT STATE');
});

test('the cause follows, with the lateness of this process where it matters', () => {
  const timeout: Cause = {
    kind: 'advertisement-timeout',
    master: peer,
    lastHeardAt: instant(6_390_625),
    waited: microseconds(3_609_375),
    lateness: microseconds(300),
  };
  assert.equal(
    told('backup', 'master', timeout)[1],
    '(VI_1) because nothing was heard from master 10.0.0.2 for 3.609s, the master down interval',
  );
  assert.match(
    told('backup', 'master', { ...timeout, lateness: milliseconds(40) })[1] ?? '',
    /, and this process itself was 40ms late$/,
  );
  const fault: Cause = {
    kind: 'fault',
    faults: [{ kind: 'tracker', tracker: 'script:check', detail: 'exit status 1' }],
  };
  assert.equal(
    told('master', 'fault', fault)[1],
    '(VI_1) because script check failed: exit status 1',
  );
});

test('whose lateness a takeover was is told when the master that was taken for dead is heard again', () => {
  const patience = microseconds(36_094);
  const revival = (silence: number): string | undefined => {
    const times = { at: instant(0), silence: microseconds(silence), patience };
    return sentences({ kind: 'master-revived', instance: 'VI_1', from: peer, ...times })[0]?.text;
  };
  assert.equal(
    revival(38_200),
    '(VI_1) 10.0.0.2, which it took over from, is alive: it was heard again 38.2ms after its last advertisement, and the master down interval is 36.09ms. It stood still, was started again, or what it sent was lost',
  );
  assert.match(
    revival(30_000) ?? '',
    /, within the master down interval of 36\.09ms, but the kernel handed that over too late: this host is overloaded$/,
  );
  const lateness = milliseconds(27);
  assert.equal(
    sentences({ kind: 'stood-still', instance: 'VI_1', at: instant(0), lateness })[0]?.text,
    '(VI_1) advertised 27ms late, longer than its peers wait: this process stood still, and one of them may have taken over meanwhile',
  );
  assert.match(
    told('master', 'backup', {
      kind: 'greater-address-heard',
      ...{ from: peer, priority: 100, stoodStill: milliseconds(27) },
    })[1] ?? '',
    /, and took over while this process stood still: its own advertisement was 27ms late, longer than its peers wait$/,
  );
});

test('who removed an address is named', () => {
  const report: Report = {
    kind: 'address-lost',
    instance: 'VI_1',
    at: instant(0),
    address: '10.0.0.100' as Address,
    interface: 'eth0',
    portId: 4242,
  };
  const name = (pid: number): string | undefined => (pid === 4242 ? 'ip' : undefined);
  assert.equal(
    sentences(report, name)[0]?.text,
    '(VI_1) 10.0.0.100 was taken from eth0 by process 4242 (ip); putting it back',
  );
});

test('who else holds an address is named with what to look for, and quietly while it may be the former master', () => {
  const report = {
    kind: 'address-conflict',
    instance: 'VI_1',
    at: instant(0),
    address: '10.0.0.100' as Address,
    interface: 'eth0',
    mac: '02:00:00:00:00:99' as Mac,
    still: false,
    last: false,
  } as const;
  const [alarm] = sentences(report);
  assert.equal(alarm?.loudness, 'warning');
  assert.match(
    alarm?.text ?? '',
    /^\(VI_1\) 10\.0\.0\.100 is also claimed by 02:00:00:00:00:99 on eth0: .* second master /,
  );
  const [calm] = sentences({ ...report, still: true });
  assert.equal(calm?.loudness, 'info');
  assert.match(calm?.text ?? '', /still claimed by .* has not let go of it yet$/);
});

test('a change of priority shows the sum', () => {
  const report: Report = {
    kind: 'priority',
    instance: 'VI_1',
    at: instant(0),
    priority,
    state: 'master',
  };
  assert.equal(
    sentences(report)[0]?.text,
    '(VI_1) effective priority 100 = 150 - 50 (script check)',
  );
});
