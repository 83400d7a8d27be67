/** Devices and what is dropped, from lines of configuration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import type { FailoverModel, InstanceModel } from '../model.ts';
import { groupProblems } from './failover-devices.ts';
import { failoverModel } from './failover-model.ts';
import { builtinNames } from './routing-names.ts';

const ipv4 = '10.0.0.1/24';
const ipv6 = 'fe80::1/64';

function modelOf(text: string): FailoverModel {
  return failoverModel(readText(text).model);
}

function written(name: string, lines: string, held = ipv4): string {
  const place = 'interface eth0\nvirtual_router_id 51\nversion 3\n';
  return `vrrp_instance ${name} {\n${place}virtual_ipaddress {\n ${held}\n}\n${lines}\n}\n`;
}

function instanceOf(lines: string, held = ipv4, around = ''): InstanceModel {
  const [instance] = modelOf(around + written('VI', lines, held)).instances;
  assert.ok(instance !== undefined);
  return instance;
}

function devicesOf({ devices = [] }: InstanceModel): readonly string[] {
  return devices.map(({ name, parent, device }) =>
    [name, parent, device.kind === 'macvlan' ? device.mac : `ipvlan ${device.mode}`].join(' '),
  );
}

function placesOf({ addresses, excludedAddresses }: InstanceModel): readonly string[] {
  return [...addresses, ...excludedAddresses].map(({ interface: name }) => name ?? '');
}

test('without use_vmac there is no device', () => {
  const plain = instanceOf('use_vmac_addr');
  assert.deepEqual([plain.devices, plain.sendsFrom, placesOf(plain)], [undefined, undefined, ['']]);
});

test('use_vmac puts advertisements and addresses on a device with the MAC of the RFC', () => {
  const four = instanceOf('use_vmac');
  assert.deepEqual(devicesOf(four), ['vrrp.51 eth0 00:00:5e:00:01:33']);
  assert.deepEqual([four.sendsFrom, placesOf(four)], ['vrrp.51', ['vrrp.51']]);
  assert.equal(four.devices?.[0]?.ipv6, false);
  const six = instanceOf('use_vmac', ipv6);
  assert.deepEqual(devicesOf(six), ['vrrp.51 eth0 00:00:5e:00:02:33']);
  assert.equal(six.devices?.[0]?.ipv6, true);
});

test('IPv6 steps aside when IPv4 has the name, and so does whoever comes third', () => {
  const text = written('A', 'use_vmac') + written('B', 'use_vmac', ipv6);
  const third = written('C', 'use_vmac').replace('eth0', 'eth1');
  const names = modelOf(text + third).instances.map(({ sendsFrom }) => sendsFrom);
  assert.deepEqual(names, ['vrrp.51', 'vrrp6.51', 'vrrp.51.1']);
});

test('name, prefix and MAC are as written; five octets take the router id', () => {
  assert.deepEqual(devicesOf(instanceOf('use_vmac vmac51 02:00:00:AA:bb:01')), [
    'vmac51 eth0 02:00:00:aa:bb:01',
  ]);
  assert.deepEqual(devicesOf(instanceOf('use_vmac 2:0:0:a:b')), ['vrrp.51 eth0 02:00:00:0a:0b:33']);
  const prefix = 'global_defs {\nvmac_prefix lan\n}\n';
  assert.deepEqual(devicesOf(instanceOf('use_vmac', ipv4, prefix)), [
    'lan.51 eth0 00:00:5e:00:01:33',
  ]);
  assert.equal(instanceOf('use_vmac group 7').devices?.[0]?.group, 7);
});

test('an interface group is a number, or a name of this host', () => {
  const { model } = readText(written('VI', 'use_vmac group lab'));
  const names = { ...builtinNames, 'interface group': new Map([['lab', 40]]) };
  const groupIn = (of: FailoverModel) => of.instances[0]?.devices?.[0]?.group;
  assert.equal(groupIn(failoverModel(model, undefined, names)), 40);
  assert.deepEqual(groupProblems(model, names), []);
  assert.equal(groupIn(failoverModel(model)), undefined);
  assert.match(groupProblems(model, builtinNames).join(), /VI .* lab after use_vmac is no number/);
  assert.equal(instanceOf('use_ipvlan 10.0.0.5 group default').devices?.[0]?.group, 0);
  assert.equal(instanceOf('use_vmac group 0x10').devices?.[0]?.group, 16);
});

test('netlink_notify_msg goes with the device', () => {
  assert.equal(instanceOf('use_vmac vmac1 netlink_notify_msg').devices?.[0]?.tells, true);
  assert.equal(instanceOf('use_vmac vmac1').devices?.[0]?.tells, undefined);
});

test('strict mode knows the MAC of the RFC alone, and sends from the device', () => {
  const strict = instanceOf('use_vmac 02:00:00:00:00:01\nvmac_xmit_base\nstrict_mode true');
  assert.deepEqual(devicesOf(strict), ['vrrp.51 eth0 00:00:5e:00:01:33']);
  assert.equal(strict.sendsFrom, 'vrrp.51');
});

test('vmac_xmit_base and unicast send from the interface below', () => {
  assert.equal(instanceOf('use_vmac\nvmac_xmit_base').sendsFrom, undefined);
  const unicast = instanceOf('use_vmac\nunicast_peer {\n10.0.0.9\n}');
  assert.equal(unicast.sendsFrom, undefined);
  assert.deepEqual(placesOf(unicast), ['vrrp.51']);
});

test('addresses on other interfaces stay there, unless use_vmac_addr gives them devices', () => {
  const held = `${ipv4}\n10.1.0.1/24 dev eth1\n10.1.0.2/24 dev eth1`;
  assert.deepEqual(placesOf(instanceOf('use_vmac', held)), ['vrrp.51', 'eth1', 'eth1']);
  const abroad = instanceOf('use_vmac\nuse_vmac_addr', held);
  assert.deepEqual(placesOf(abroad), ['vrrp.51', 'vrrp.51.1', 'vrrp.51.1']);
  assert.deepEqual(devicesOf(abroad), [
    'vrrp.51 eth0 00:00:5e:00:01:33',
    'vrrp.51.1 eth1 00:00:5e:00:01:33',
  ]);
});

test('an address may have a device of its own, with or without one for its instance', () => {
  const held = `${ipv4}\n10.0.0.2/24 use_vmac own 02:00:00:00:00:09`;
  const own = instanceOf('', held);
  assert.deepEqual([placesOf(own), own.sendsFrom], [['', 'own'], undefined]);
  assert.deepEqual(devicesOf(own), ['own eth0 02:00:00:00:00:09']);
});

test('use_ipvlan takes its address for a source and keeps it on the device', () => {
  const text = written('VI', 'use_ipvlan ipvl51 10.0.0.5/24 private');
  const { instances, staticEntries } = modelOf(text);
  const [instance] = instances;
  assert.ok(instance !== undefined);
  assert.deepEqual(devicesOf(instance), ['ipvl51 eth0 ipvlan private']);
  assert.equal(instance.transport.source, '10.0.0.5');
  const [entry] = staticEntries;
  assert.ok(entry?.kind === 'address');
  assert.deepEqual([entry.address.address, entry.address.interface], ['10.0.0.5', 'ipvl51']);
  assert.deepEqual([instance.sendsFrom, placesOf(instance)], ['ipvl51', ['']]);
  assert.equal(instance.devices?.[0]?.ipv6, false);
  assert.equal(instanceOf('use_ipvlan fe80::5/64', ipv6).devices?.[0]?.ipv6, true);
});

test('what is held and not accepted is dropped, except for its owner', () => {
  assert.equal(modelOf(written('VI', '')).firewall, undefined);
  assert.equal(modelOf(written('VI', 'no_accept\npriority 255')).firewall, undefined);
  const held = `${ipv6}\nfd00::1/64`;
  const text = written('A', 'no_accept\nuse_vmac') + written('B', 'no_accept\nuse_vmac', held);
  assert.deepEqual(modelOf(text).firewall, {
    name: 'keepalived',
    priority: -1,
    counters: false,
    addresses: ['10.0.0.1', 'fd00::1'],
    scoped: [{ address: 'fe80::1', interface: 'vrrp6.51' }],
  });
});

test('strict mode does not accept; table, priority and counters are as written', () => {
  const around = 'global_defs {\nnftables held\nnftables_priority 10\nnftables_counters\n}\n';
  const { firewall } = modelOf(around + written('VI', 'strict_mode true'));
  assert.deepEqual([firewall?.name, firewall?.priority, firewall?.counters], ['held', 10, true]);
});
