/** What is made of lines about links, peers, buffers and rates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import type { FailoverModel, InstanceModel } from '../model.ts';
import { failoverModel } from './failover-model.ts';

function modelOf(around: string, lines = '', place = 'interface eth0'): FailoverModel {
  const held = 'virtual_ipaddress {\n 10.0.0.1/24 dev eth0\n}\n';
  const own = `${place}\nvirtual_router_id 51\nversion 3\nadvert_int 1\n${held}${lines}`;
  return failoverModel(readText(`${around}\nvrrp_instance VI {\n${own}\n}\n`).model);
}

function instanceOf(around: string, lines = '', place?: string): InstanceModel {
  const [instance] = modelOf(around, lines, place).instances;
  assert.ok(instance !== undefined);
  return instance;
}

test('without a word about links there are no manners', () => {
  assert.deepEqual(Object.keys(modelOf('').host).includes('links'), false);
});

test('delays are as written; a master that is cut off knows so before a backup takes over', () => {
  const { links } = modelOf('interface_up_down_delays {\n eth0 10 3\n eth1 10\n}').host;
  assert.deepEqual(links?.delays, {
    eth0: { down: 1_900_000, up: 3_000_000 },
    eth1: { down: 10_000_000, up: 0 },
  });
});

test('linkbeat: interfaces by name, those of an instance, or all of them', () => {
  const polled = (around: string, lines = '') => modelOf(around, lines).host.links?.polled;
  assert.deepEqual(polled('linkbeat_interfaces {\n eth1 MII\n eth2\n}'), {
    eth1: 'MII',
    eth2: undefined,
  });
  assert.deepEqual(polled('', 'linkbeat_use_polling'), { eth0: undefined });
  const tracking = 'track_interface {\n eth3\n}';
  assert.deepEqual(Object.keys(polled('linkbeat_use_polling', tracking) ?? {}), ['eth0', 'eth3']);
});

test('unicast_fault_no_peer is a fault without peers alone', () => {
  const peer = 'unicast_peer {\n10.0.0.9\n}\n';
  assert.equal(instanceOf('', 'unicast_fault_no_peer').needsPeer, true);
  assert.equal(instanceOf('', `${peer}unicast_fault_no_peer`).needsPeer, undefined);
  assert.equal(instanceOf('').needsPeer, undefined);
});

test('a unicast instance without interface runs on its VRF', () => {
  const peer = 'unicast_peer {\n10.0.0.9\n}\n';
  assert.equal(instanceOf('', peer, 'vrf red').interface, 'red');
  assert.equal(instanceOf('', peer, '').interface, undefined);
  assert.equal(instanceOf('', peer, 'interface eth0\nvrf red').interface, 'eth0');
});

test('receive buffers follow the policy unless the instance has its own', () => {
  const policy = (text: string) => `global_defs {\nvrrp_rx_bufs_policy ${text}\n}`;
  const bufferOf = (around: string, lines = '') => {
    const { receiveBuffer, receiveFullSize } = instanceOf(around, lines);
    return [receiveBuffer, receiveFullSize];
  };
  assert.deepEqual(bufferOf(''), [undefined, undefined]);
  assert.deepEqual(bufferOf(policy('70000')), [70_000, undefined]);
  assert.deepEqual(bufferOf(policy('ADVERT')), [3 * (36 + 4), undefined]);
  assert.deepEqual(bufferOf(policy('MTU\nvrrp_rx_bufs_multiplier 5')), [undefined, 5]);
  assert.deepEqual(bufferOf(policy('MTU'), 'kernel_rx_buf_size 9000'), [9_000, undefined]);
});

test('garp_extra_if is the word of the instance, else the global one; 0 is never', () => {
  const global = 'global_defs {\nvrrp_garp_extra_if all 30\n}';
  const extraOf = (around: string, lines = '') => instanceOf(around, lines).garp.extra;
  assert.equal(extraOf(''), undefined);
  assert.deepEqual(extraOf(global), { all: true, interval: 30_000_000 });
  assert.deepEqual(extraOf(global, 'garp_extra_if 10'), { all: false, interval: 10_000_000 });
  assert.equal(extraOf(global, 'garp_extra_if 0'), undefined);
});

test('a garp_group is one rate for its interfaces', () => {
  const group =
    'garp_group {\ngarp_interval 0.01\ninterface eth0\ninterfaces {\n eth1\n eth2\n}\n}';
  assert.deepEqual(modelOf(group).host.garpGroups, [
    { interfaces: ['eth0', 'eth1', 'eth2'], garpInterval: 10_000, gnaInterval: 0 },
  ]);
});
