import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pidPath } from './pid-file.ts';

test('pid files are where keepalived keeps them', () => {
  const plain = { namespace: undefined, instance: undefined, pidDirectory: false };
  const path = (place: object) => pidPath('vrrp', { ...plain, ...place });
  assert.equal(path({}), '/run/vrrp.pid');
  assert.equal(path({ pidDirectory: true }), '/run/keepalived/vrrp.pid');
  assert.equal(path({ pidDirectory: true, instance: 'a' }), '/run/keepalived/vrrp_a.pid');
  assert.equal(path({ pidDirectory: true, namespace: 'n' }), '/run/keepalived/n/vrrp.pid');
});
