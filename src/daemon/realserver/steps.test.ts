import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../base/address.ts';
import type { LinkIndex } from '../../ports.ts';
import { emptyRecord, withSteps } from './record.ts';
import { virtualAddressFrom } from './request.ts';
import { type RealServerHost, type Step, stepsTowards } from './steps.ts';
import { undoingOf } from './undo.ts';

const vip = '192.0.2.1' as Address;
const other = '192.0.2.2' as Address;
const request = { addresses: [vip], interface: 'lo', tunnel: undefined };
const quiet = { 'net/ipv4/conf/all/arp_ignore': '1', 'net/ipv4/conf/all/arp_announce': '2' };

function link(index: number, name: string, loopback = false) {
  return { index: index as LinkIndex, name, up: true, noArp: false, loopback };
}

function host(
  settings: Readonly<Record<string, string>> = {},
  more: Partial<RealServerHost> = {},
): RealServerHost {
  const all = 'net/ipv4/conf/all';
  const present: Readonly<Record<string, string>> = {
    [`${all}/arp_ignore`]: '0',
    [`${all}/arp_announce`]: '0',
    ...settings,
  };
  return {
    links: [link(1, 'lo', true), link(2, 'eth0')],
    addresses: [],
    setting: (name) => present[name],
    held: new Map(),
    ...more,
  };
}

function steps(on: RealServerHost, what: Partial<typeof request> = {}): readonly Step[] {
  const planned = stepsTowards({ ...request, ...what }, on);
  assert.ok(planned.ok);
  return planned.value;
}

function refusal(on: RealServerHost, what: object = {}): string {
  const planned = stepsTowards({ ...request, ...what }, on);
  return planned.ok ? 'not refused' : planned.error;
}

test('ARP is silenced before there is an address to be asked for', () => {
  const kinds = steps(host()).map((step) => (step.kind === 'setting' ? step.name : step.kind));
  assert.deepEqual(kinds, [
    'net/ipv4/conf/all/arp_ignore',
    'net/ipv4/conf/all/arp_announce',
    'address',
  ]);
  assert.deepEqual(steps(host(quiet)).length, 1);
  assert.deepEqual(steps(host({ ...quiet, 'net/ipv4/conf/all/arp_ignore': '2' })).length, 1);
  const six = steps(host(), { addresses: ['2001:db8::1' as Address] });
  assert.deepEqual(six, [{ kind: 'address', address: '2001:db8::1', interface: 'lo' }]);
});

test('an interface whose own setting would overrule that of all is silenced too', () => {
  const loud = host({ ...quiet, 'net/ipv4/conf/eth0/arp_ignore': '3' });
  const [step] = steps(loud);
  assert.deepEqual(step, {
    ...{ kind: 'setting', name: 'net/ipv4/conf/eth0/arp_ignore', was: '3', to: '1' },
  });
});

test('what would lead clients past the director is refused', () => {
  const at = (name: number) => [{ address: vip, link: name as LinkIndex }];
  assert.match(refusal(host(), { interface: 'nope' }), /no interface nope/);
  assert.match(refusal(host(), { interface: 'eth0' }), /eth0 answers ARP/);
  assert.match(refusal(host({}, { addresses: at(2) })), /is on eth0 already/);
  assert.match(refusal(host(), { tunnel: 'tunl0' }), /modprobe ipip/);
  const held = new Map([[vip, 'a virtual address of WEB']]);
  assert.match(refusal(host({}, { held })), /192\.0\.2\.1 is a virtual address of WEB/);
  assert.equal(refusal(host(quiet, { addresses: at(1) })), 'not refused');
  for (const word of ['web', '127.0.0.1', '0.0.0.0', '224.0.0.1', '::1', '192.0.2.0/24']) {
    assert.equal(virtualAddressFrom(word).ok, false, word);
  }
  assert.deepEqual(virtualAddressFrom('192.0.2.1/32'), { ok: true, value: vip });
});

test('what was there first is what comes back', () => {
  const name = 'net/ipv4/conf/all/arp_ignore';
  const first = withSteps(emptyRecord, steps(host()));
  const again = withSteps(first, [
    { kind: 'setting', name, was: '5', to: '1' },
    { kind: 'address', address: other, interface: 'lo' },
  ]);
  assert.equal(again.settings[name]?.was, '0');
  const lo = 1 as LinkIndex;
  const addresses = [vip, other].map((address) => ({ address, link: lo }));
  const now = host(quiet, { addresses });
  const one = undoingOf(again, [vip], now);
  assert.deepEqual(one.steps, [{ kind: 'address', address: vip, interface: 'lo' }]);
  assert.deepEqual(one.left.addresses, [{ address: other, interface: 'lo' }]);
  const all = undoingOf(one.left, [], now);
  assert.deepEqual(
    all.steps.map(({ kind }) => kind),
    ['address', 'setting', 'setting'],
  );
  assert.deepEqual(all.left, emptyRecord);
});

test('an undo leaves alone what somebody else has set since, and what is as before anyway', () => {
  const record = withSteps(emptyRecord, steps(host()));
  const changed = host({ ...quiet, 'net/ipv4/conf/all/arp_ignore': '2' });
  const { steps: undone } = undoingOf(record, [], changed);
  assert.deepEqual(
    undone.map(({ kind }) => kind),
    ['kept', 'setting'],
  );
  assert.deepEqual(undoingOf(record, [], host()).steps, []);
});
