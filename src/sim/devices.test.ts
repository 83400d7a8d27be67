/** Devices on a simulated kernel: the operations are carried out, and what the kernel tells comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../test/conformance/engine-model.ts';
import { linkNamed } from '../../test/conformance/recording-ports.ts';
import { parseCommand } from '../../test/conformance/words.ts';
import type { Mac } from '../base/address.ts';
import { createRandom } from '../base/random.ts';
import { after, type Instant, seconds } from '../base/units.ts';
import { LinkSettings } from '../engine/links/settings.ts';
import { createMachine } from '../engine/machine.ts';
import type { DeviceModel, FailoverModel } from '../engine/model.ts';
import type { Outbox } from '../engine/mover.ts';
import type { Leavings } from '../engine/snapshot.ts';
import { createWorld } from '../engine/world.ts';
import type { KernelOperation, Link, LinkIndex, OperationResult, PortError } from '../ports.ts';
import { createKernel } from './kernel.ts';
import { createKernelPort } from './kernel-port.ts';
import { createQueue } from './queue.ts';

const NOW = 0 as Instant;
const MAC = '00:00:5e:00:01:33' as Mac;
const VMAC: DeviceModel = {
  name: 'vrrp.51',
  parent: 'eth0',
  device: { kind: 'macvlan', mac: MAC },
  group: undefined,
  ipv6: false,
};
const NO_SUPPORT: PortError = { errno: 95, code: 'EOPNOTSUPP', detail: 'Unknown device type' };

function modelOf(devices: readonly DeviceModel[], more = {}): FailoverModel {
  const instance = { ...instanceOf('VI', parseCommand('VI').options), devices };
  const none = { startupDelay: 0, garpInterval: 0, gnaInterval: 0, logUnknownVrids: false };
  const host = { ...none, addressLifetimes: false, ...more } as FailoverModel['host'];
  return { instances: [instance], groups: [], host, staticEntries: [] };
}

function bench(model = modelOf([VMAC]), left: Partial<Leavings> = {}) {
  const kernel = createKernel(createQueue());
  const port = createKernelPort({
    kernel,
    portId: 7,
    keepsProtocol: true,
    random: createRandom(1),
    ready: () => undefined,
    applied: () => undefined,
    failing: () => 0,
    overrunning: () => false,
  });
  kernel.setLink(linkNamed('eth0', 2));
  const world = createWorld();
  world.replace(port.observe());
  const outbox: Outbox = { transmit: [], reports: [] };
  const settings = new LinkSettings(world, outbox);
  const machines = model.instances.map((instance) => {
    const machine = createMachine(instance, undefined);
    machine.link = world.linkNamed('eth0');
    return machine;
  });
  settings.resume(left);
  settings.learn(model);
  let refusal: PortError | undefined;
  const carryOut = (operations: readonly KernelOperation[]): readonly OperationResult[] =>
    refusal === undefined
      ? port.apply(operations)
      : operations.map(() => ({ done: false, error: refusal as PortError }));
  return {
    kernel,
    settings,
    outbox,
    refuse: (error: PortError | undefined) => {
      refusal = error;
    },
    /** One step of an engine; what was asked for. */
    step(now: Instant = NOW): readonly KernelOperation[] {
      for (const change of port.changes()) world.change(change);
      for (const machine of machines) machine.link = world.linkNamed('eth0');
      settings.prepare(machines);
      const operations = settings.take(now);
      settings.answered(operations, carryOut(operations), now);
      return operations;
    },
    told: () => outbox.reports.splice(0).map((report) => report.kind + wordOf(report)),
    device: (): Link | undefined => kernel.linkNamed('vrrp.51'),
  };
}

function faultsOf(settings: LinkSettings): ReturnType<LinkSettings['faultsOf']> {
  const [instance] = modelOf([VMAC]).instances;
  assert.ok(instance !== undefined);
  return settings.faultsOf(instance);
}

function wordOf(report: object): string {
  return 'what' in report ? ` ${report.what}` : '';
}

function names(operations: readonly KernelOperation[]): readonly string[] {
  return operations.map((operation) =>
    operation.kind === 'set-sysctl' ? `${operation.name}=${operation.value}` : operation.kind,
  );
}

test('a device is made, prepared before it is up, and then left alone', () => {
  const { step, device, told } = bench();
  const first = names(step());
  assert.ok(first.includes('net/ipv4/conf/eth0/arp_ignore=1'));
  assert.ok(first.includes('net/ipv4/conf/eth0/arp_filter=1'));
  assert.equal(first.at(-1), 'add-link');
  const second = names(step());
  assert.equal(second.at(-1), 'set-link');
  assert.ok(second.includes('net/ipv4/conf/vrrp.51/rp_filter=0'));
  assert.ok(second.includes('net/ipv6/conf/vrrp.51/disable_ipv6=1'));
  assert.deepEqual([device()?.mac, device()?.up], [MAC, true]);
  assert.deepEqual(step(), []);
  assert.deepEqual(step(), []);
  assert.deepEqual(told(), ['device made']);
});

test('nothing is asked twice while the kernel has not told what came of it', () => {
  const { settings } = bench();
  assert.equal(settings.take(NOW).at(-1)?.kind, 'add-link');
  settings.prepare([]);
  assert.deepEqual(settings.take(NOW), []);
  settings.prepare([]);
  assert.equal(settings.take(after(NOW, seconds(1))).at(-1)?.kind, 'add-link');
});

test('one that a crash left behind is used, whatever it was set to', () => {
  const { kernel, step, device, told } = bench();
  const parent = 2 as LinkIndex;
  const other = { kind: 'macvlan', mac: '00:00:5e:00:01:99' as Mac } as const;
  const left = { name: 'vrrp.51', parent, mtu: 1500, group: undefined, master: undefined };
  kernel.device({ kind: 'add-link', link: { ...left, device: other } });
  const { index } = device() ?? {};
  step();
  step();
  assert.deepEqual([device()?.index, device()?.mac, device()?.up], [index, MAC, true]);
  assert.deepEqual(told(), ['device adopted']);
});

test('what somebody sets down is set up again, and what somebody removes is made again', () => {
  const { kernel, step, device } = bench();
  step();
  step();
  step();
  const made = device();
  assert.ok(made !== undefined);
  kernel.setLink({ ...made, up: false, running: false });
  step();
  assert.equal(device()?.up, true);
  kernel.removeLink(made.index);
  step();
  step();
  assert.equal(device()?.up, true);
});

test('that it goes while it is set up is no reason for a fault', () => {
  const { step, told, refuse, settings } = bench();
  step();
  refuse({ errno: 19, code: 'ENODEV', detail: '' });
  assert.equal(step().at(-1)?.kind, 'set-link');
  assert.deepEqual(faultsOf(settings), []);
  assert.deepEqual(told(), ['device made']);
});

test('it goes with the interface below and comes back with it', () => {
  const { kernel, step, device } = bench();
  step();
  step();
  kernel.removeLink(2 as LinkIndex);
  assert.equal(device(), undefined);
  assert.deepEqual(step(), []);
  kernel.setLink(linkNamed('eth0', 5));
  assert.ok(names(step()).includes('net/ipv4/conf/eth0/arp_ignore=1'), 'the new one is set up too');
  step();
  assert.deepEqual([device()?.parent, device()?.up], [5, true]);
});

test('a device above another interface than it should be is made anew', () => {
  const { kernel, step, device } = bench();
  kernel.setLink(linkNamed('eth7', 9));
  const parent = 9 as LinkIndex;
  const left = { name: 'vrrp.51', parent, mtu: 1500, group: undefined, master: undefined };
  kernel.device({ kind: 'add-link', link: { ...left, device: VMAC.device } });
  step();
  step();
  step();
  assert.deepEqual([device()?.parent, device()?.up], [2, true]);
});

test('what has the name and is something else stays, and the instance is told why', () => {
  const { kernel, step, told, settings } = bench();
  kernel.setLink({ ...linkNamed('vrrp.51', 9), kind: 'veth' });
  assert.ok(!names(step()).some((name) => name.endsWith('-link')));
  step();
  assert.deepEqual(told(), ['device-failed']);
  const [fault] = faultsOf(settings);
  assert.ok(fault?.kind === 'device' && fault.error.detail.includes('veth'));
  kernel.removeLink(9 as LinkIndex);
  step();
  assert.deepEqual(faultsOf(settings), []);
});

test('a kernel that refuses is asked again every second, and told of once', () => {
  const { step, told, refuse, settings, device } = bench();
  refuse(NO_SUPPORT);
  step();
  assert.deepEqual(step(), []);
  assert.equal(settings.deadline(NOW), seconds(1));
  step(after(NOW, seconds(1)));
  assert.deepEqual(told(), ['device-failed']);
  refuse(undefined);
  step(after(NOW, seconds(2)));
  step(after(NOW, seconds(2)));
  assert.equal(device()?.up, true);
});

test('at the end devices are removed and settings are what they were', () => {
  const model = modelOf([VMAC], { localIgmpOff: true });
  const { kernel, step, settings, device, told } = bench(model);
  kernel.setSysctl('net/ipv4/igmp_link_local_mcast_reports', '1');
  step();
  step();
  told();
  settings.stop();
  assert.equal(settings.settled, false);
  const ending = names(step());
  assert.ok(ending.includes('net/ipv4/conf/eth0/arp_ignore=0'));
  assert.ok(ending.includes('net/ipv4/igmp_link_local_mcast_reports=1'));
  assert.equal(device(), undefined);
  step();
  assert.equal(settings.settled, true);
  assert.deepEqual(told(), ['device removed']);
});

test('another process of the daemon puts back what the first one found', () => {
  const first = bench();
  first.step();
  const second = bench(undefined, { settings: first.settings.snapshots });
  second.kernel.setSysctl('net/ipv4/conf/eth0/arp_ignore', '1');
  second.step();
  second.settings.stop();
  assert.ok(names(second.step()).includes('net/ipv4/conf/eth0/arp_ignore=0'));
});

test('what a daemon that was killed has left goes when nobody wants it any more', () => {
  const left = {
    settings: [{ name: 'net/ipv4/conf/eth0/arp_ignore', was: '0' }],
    devices: [VMAC, { ...VMAC, name: 'vrrp.52' }],
    table: 'held',
  };
  const { kernel, step, settings, device, told } = bench(modelOf([]), left);
  const parent = 2 as LinkIndex;
  const made = { name: 'vrrp.51', parent, mtu: 1500, group: undefined, master: undefined };
  kernel.device({ kind: 'add-link', link: { ...made, device: VMAC.device } });
  const other = { kind: 'macvlan', mac: '02:00:00:00:00:52' as Mac } as const;
  kernel.device({ kind: 'add-link', link: { ...made, name: 'vrrp.52', device: other } });
  const [table, ...first] = step();
  assert.ok(table?.kind === 'set-firewall' && table.firewall.name === 'held');
  assert.deepEqual(table.firewall.addresses, []);
  assert.ok(names(first).includes('net/ipv4/conf/eth0/arp_ignore=0'));
  assert.equal(device(), undefined);
  step();
  assert.deepEqual(told(), ['device removed']);
  assert.ok(kernel.linkNamed('vrrp.52') !== undefined, 'what another made was taken away');
  assert.equal(settings.settled, true);
  assert.deepEqual(step(), []);
});

test('what a daemon that was killed has left is used when it is wanted, and goes at the end', () => {
  const { kernel, step, settings, device, told } = bench(undefined, { devices: [VMAC] });
  const left = { name: 'vrrp.51', parent: 2 as LinkIndex, mtu: 1500, group: undefined };
  kernel.device({ kind: 'add-link', link: { ...left, master: undefined, device: VMAC.device } });
  step();
  step();
  assert.deepEqual(told(), ['device adopted']);
  settings.stop();
  step();
  step();
  assert.equal(device(), undefined);
});

test('it follows the interface below into a VRF and out of it', () => {
  const { kernel, step, device } = bench();
  step();
  step();
  const red = 30 as LinkIndex;
  kernel.setLink({ ...linkNamed('red', red), kind: 'vrf' });
  kernel.setLink({ ...linkNamed('br0', 31), kind: 'bridge' });
  kernel.setLink({ ...linkNamed('eth0', 2), master: red });
  for (let round = 0; round < 4; round += 1) step();
  assert.deepEqual([device()?.master, device()?.up], [red, true]);
  kernel.setLink({ ...linkNamed('eth0', 2), master: 31 as LinkIndex });
  for (let round = 0; round < 4; round += 1) step();
  assert.deepEqual([device()?.master, device()?.up], [undefined, true], 'a bridge is no VRF');
});

test('whoever watches links is told of the interface below, where that is asked for', () => {
  const { step, settings } = bench(modelOf([{ ...VMAC, tells: true }]));
  step();
  const below = { kind: 'tell-link', index: 2 } as const;
  const [made] = step().slice(-1);
  assert.deepEqual(made, below);
  assert.deepEqual(step(), []);
  settings.learn(modelOf([]));
  assert.ok(!step().some(({ kind }) => kind === 'tell-link'));
  assert.deepEqual(step(), [below]);
});

test('a setting that is refused is told once; one that this kernel has not is not', () => {
  const { step, told, refuse } = bench();
  refuse({ errno: 30, code: 'EROFS', detail: '' });
  step();
  step();
  assert.deepEqual(told(), ['setting-failed', 'device-failed']);
  const without = bench();
  without.refuse({ errno: 2, code: 'ENOENT', detail: '' });
  without.step();
  assert.deepEqual(without.told(), ['device-failed']);
});

test('a configuration that needs no device any more takes it away and restores the interface', () => {
  const { step, settings, device } = bench();
  step();
  step();
  settings.learn(modelOf([]));
  assert.ok(names(step()).includes('net/ipv4/conf/eth0/arp_filter=0'));
  assert.equal(device(), undefined);
});

test('without devices nothing is asked of the kernel', () => {
  const { step, settings } = bench(modelOf([]));
  assert.deepEqual(step(), []);
  assert.equal(settings.deadline(NOW), undefined);
});
