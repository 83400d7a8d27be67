import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busState, instancePath, introspect, vrrpPath } from './tree.ts';

const alone = { namespace: undefined, instance: undefined };
const where = { interface: 'eth0.10', virtualRouterId: 51, family: 'ipv6' } as const;

test('paths name namespace and daemon, and hold nothing that a path cannot', () => {
  assert.equal(vrrpPath(alone), '/org/keepalived/Vrrp1/Vrrp');
  assert.equal(
    instancePath({ namespace: 'blue-1', instance: 'a' }, where),
    '/org/keepalived/Vrrp1/blue_1/a/Instance/eth0_10/51/IPv6',
  );
});

test('introspection leads from the root to every object', () => {
  const path = instancePath(alone, where);
  const objects = new Map<string, 'vrrp' | 'instance'>([
    [vrrpPath(alone), 'vrrp'],
    [path, 'instance'],
  ]);
  let at = '';
  for (const name of path.slice(1).split('/')) {
    assert.match(
      introspect(at === '' ? '/' : at, objects) ?? '',
      new RegExp(`<node name="${name}"/>`),
    );
    at += `/${name}`;
  }
  assert.match(
    introspect(path, objects) ?? '',
    /<property type="\(us\)" name="State" access="read"\/>/,
  );
  assert.equal(introspect('/org/elsewhere', objects), undefined);
});

test('states have the numbers of keepalived', () => {
  assert.deepEqual(
    ['init', 'backup', 'master', 'fault', 'deleted', 'stop'].map((state) => busState(state)[0]),
    [0, 1, 2, 3, 97, 98],
  );
});
