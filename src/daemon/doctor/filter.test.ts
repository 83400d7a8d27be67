import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Flow, filterVerdict } from './filter.ts';

const flow: Flow = {
  hook: 'input',
  family: 'ip',
  protocol: 'tcp',
  destination: '192.0.2.1',
  port: 80,
  interface: 'eth0',
};
const at = { family: 'inet', table: 'filter' } as const;
const base = (policy: string) => ({
  chain: { ...at, name: 'input', type: 'filter', hook: 'input', policy },
});
const rule = (...expr: readonly Record<string, unknown>[]) => ({
  rule: { ...at, chain: 'input', expr },
});
const dport = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
});
const state = { match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established'] } };
const secret = { match: { op: '==', left: { meta: { key: 'cgroup' } }, right: 1 } };

test('a policy drops what no rule has let pass', () => {
  const dropped = { kind: 'dropped', by: 'inet filter input' };
  assert.deepEqual(filterVerdict([], flow), { kind: 'accepted' });
  assert.deepEqual(filterVerdict([base('accept')], flow), { kind: 'accepted' });
  assert.deepEqual(filterVerdict([base('drop')], flow), dropped);
  assert.deepEqual(filterVerdict([base('drop'), rule(state, { accept: null })], flow), dropped);
  assert.deepEqual(
    filterVerdict([base('drop'), rule(dport(443), { accept: null })], flow),
    dropped,
  );
  assert.deepEqual(filterVerdict([base('accept'), rule(dport(80), { drop: null })], flow), dropped);
  const other = { ...flow, hook: 'forward' } as const;
  assert.deepEqual(filterVerdict([base('drop')], other), { kind: 'accepted' });
});

test('a port, a set, a range or a chain may let it pass', () => {
  const accepted = { kind: 'accepted' };
  for (const ports of [
    80,
    { set: [22, 80] },
    { range: [1, 100] },
    { set: [{ range: [79, 81] }] },
  ]) {
    assert.deepEqual(
      filterVerdict([base('drop'), rule(dport(ports), { accept: null })], flow),
      accepted,
    );
  }
  const chain = { chain: { ...at, name: 'web' } };
  const inside = { rule: { ...at, chain: 'web', expr: [dport(80), { accept: null }] } };
  const jump = rule({ jump: { target: 'web' } });
  assert.deepEqual(filterVerdict([base('drop'), chain, inside, jump], flow), accepted);
});

test('protocol 112 is known by name and by number', () => {
  const vrrp = { ...flow, protocol: 'vrrp', destination: '224.0.0.18', port: undefined };
  for (const right of ['vrrp', 112]) {
    const match = { match: { op: '==', left: { meta: { key: 'l4proto' } }, right } };
    assert.equal(
      filterVerdict([base('drop'), rule(match, { accept: null })], vrrp).kind,
      'accepted',
    );
    assert.equal(
      filterVerdict([base('drop'), rule(dport(80), { accept: null })], vrrp).kind,
      'dropped',
    );
  }
});

test('what cannot be told is left open, and what may be dropped is not said to be', () => {
  assert.equal(filterVerdict([base('drop'), rule(secret, { accept: null })], flow).kind, 'open');
  assert.equal(
    filterVerdict([base('accept'), rule(secret, { drop: null })], flow).kind,
    'accepted',
  );
  assert.equal(
    filterVerdict([base('drop'), rule({ xt: null }, { accept: null })], flow).kind,
    'open',
  );
  const named = rule(dport('@allowed'), { accept: null });
  assert.equal(filterVerdict([base('drop'), named], flow).kind, 'open');
});

test('what goes on by another interface, or was translated before, is told from what is not', () => {
  const forward = { chain: { ...at, name: 'forward', type: 'filter', hook: 'forward' } };
  const dropping = { chain: { ...forward.chain, policy: 'drop' } };
  const passing = (left: Record<string, unknown>, right: string) => ({
    rule: {
      ...{ ...at, chain: 'forward' },
      expr: [{ match: { op: 'in', left, right } }, { accept: null }],
    },
  });
  const onward: Flow = { ...flow, hook: 'forward', output: 'eth1', translated: true };
  const told = (rule: Record<string, unknown>, differences: Partial<Flow> = {}) =>
    filterVerdict([dropping, rule], { ...onward, ...differences }).kind;
  const docker = passing({ meta: { key: 'oifname' } }, 'docker0');
  assert.equal(told(docker), 'dropped');
  assert.equal(told(docker, { output: 'docker0' }), 'accepted');
  assert.equal(told(docker, { output: undefined }), 'open');
  const dnat = passing({ ct: { key: 'status' } }, 'dnat');
  assert.equal(told(dnat), 'accepted');
  assert.equal(told(dnat, { translated: false }), 'dropped');
  assert.equal(told(dnat, { translated: undefined }), 'open');
});
