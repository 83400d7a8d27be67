/** What a reload is told about two configurations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../config/diff.ts';
import { diff, strongest } from '../config/diff.ts';
import { readText } from './read-text.ts';
import { root } from './sections/root.ts';

const before = `
global_defs {
  router_id a
}
vrrp_script check {
  script /bin/true
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  priority 100
  virtual_ipaddress {
    10.0.0.1/24
    10.0.0.2/24
  }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
}
`;

function changes(edit: (text: string) => string): readonly Change[] {
  return diff(root, readText(before).model, readText(edit(before)).model);
}

function told(edit: (text: string) => string): string[] {
  return changes(edit).map((change) => {
    const path = change.path.map(({ keyword, label }) => `${keyword} ${label}`.trim()).join(' / ');
    const what =
      change.kind === 'changed'
        ? `${change.before} -> ${change.after}`
        : 'entry' in change
          ? change.entry
          : '';
    return `${change.effect} ${change.kind} ${path} ${what}`.trim();
  });
}

test('the same text is no change, nor is another order of blocks or another spelling', () => {
  assert.deepEqual(
    told((text) => text),
    [],
  );
  assert.deepEqual(
    told((text) => text.replaceAll('\n', '\r\n')),
    [],
  );
  assert.deepEqual(
    told(
      (text) =>
        `${text.slice(text.indexOf('vrrp_instance B'))}${text.slice(0, text.indexOf('vrrp_instance B'))}`,
    ),
    [],
  );
  assert.equal(strongest([]), 'keep');
});

test('each keyword says what its change does', () => {
  assert.deepEqual(
    told((text) => text.replace('priority 100', 'priority 150')),
    ['adjust changed vrrp_instance A / priority 100 -> 150'],
  );
  assert.deepEqual(
    told((text) => text.replace('virtual_router_id 51', 'virtual_router_id 61')),
    ['restart changed vrrp_instance A / virtual_router_id 51 -> 61'],
  );
});

test('entries are told one by one', () => {
  const edit = (text: string): string => text.replace('10.0.0.2/24', '10.0.0.3/24 dev eth1');
  assert.deepEqual(told(edit), [
    'adjust entry-removed vrrp_instance A / virtual_ipaddress 10.0.0.2/24',
    'adjust entry-added vrrp_instance A / virtual_ipaddress 10.0.0.3/24 dev eth1',
  ]);
  const swap = (text: string): string =>
    text
      .replace('10.0.0.1/24', 'x')
      .replace('10.0.0.2/24', '10.0.0.1/24')
      .replace('x', '10.0.0.2/24');
  assert.deepEqual(told(swap), ['adjust reordered vrrp_instance A / virtual_ipaddress']);
});

test('blocks come and go by name', () => {
  assert.deepEqual(
    told((text) => text.replace('vrrp_instance B', 'vrrp_instance C')),
    ['adjust block-removed vrrp_instance B', 'adjust block-added vrrp_instance C'],
  );
});
