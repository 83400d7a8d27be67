/** Rules at their edges: what they must leave alone, where they point, and that one cause gives one complaint. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { readText } from '../read-text.ts';

function complaints(text: string): readonly Diagnostic[] {
  return readText(text).diagnostics;
}

function codes(text: string): readonly string[] {
  return complaints(text).map(({ code }) => code);
}

interface InstanceText {
  readonly id?: number;
  readonly link?: string;
  readonly held?: string;
  readonly priority?: number;
  readonly lines?: string;
}

let addressNumber = 0;

function instance(name: string, options: InstanceText = {}): string {
  addressNumber += 1;
  const { id = 51, link = 'eth0', priority = 100, lines = '' } = options;
  const held = options.held ?? `10.0.${addressNumber >> 8}.${addressNumber & 255}/24`;
  return `vrrp_instance ${name} {\ninterface ${link}\nvirtual_router_id ${id}\npriority ${priority}\nvirtual_ipaddress {\n${held}\n}\n${lines}\n}\n`;
}

const safe = 'global_defs {\nenable_script_security\n}\n';
const script = (name: string, weight = 0): string =>
  `vrrp_script ${name} {\nscript /bin/true\nweight ${weight}\n}\n`;
const track = (entry: string): string => `track_script {\n${entry}\n}`;

test('an ordinary file gives no complaint', () => {
  const text = `${safe}${script('check', -40)}${instance('A', { lines: track('check') })}${instance('B', { id: 52 })}`;
  assert.deepEqual(complaints(text), []);
});

test('one id may be used on two links, in two families, and by unicast with other peers', () => {
  assert.deepEqual(codes(instance('A') + instance('B', { link: 'eth1' })), []);
  assert.deepEqual(codes(instance('A') + instance('B', { held: '2001:db8::1/64' })), []);
  const peers = (address: string): string => `unicast_peer {\n${address}\n}`;
  const apart =
    instance('A', { lines: peers('10.9.0.1') }) + instance('B', { lines: peers('10.9.0.2') });
  assert.deepEqual(codes(apart), []);
  const same =
    instance('A', { lines: peers('10.9.0.1') }) + instance('B', { lines: peers('10.9.0.1') });
  assert.deepEqual(codes(same), ['vrrp.router-id-taken']);
  assert.deepEqual(codes(instance('A') + instance('B', { lines: peers('10.9.0.1') })), [
    'vrrp.router-id-taken',
  ]);
});

test('a taken id points at both places and proposes a free one', () => {
  const text = instance('A', { id: 255 }) + instance('B', { id: 1 }) + instance('C', { id: 255 });
  const [found] = complaints(text);
  assert.equal(found?.code, 'vrrp.router-id-taken');
  assert.equal(text.slice(found?.span?.start, found?.span?.end), '255');
  assert.equal(found?.span?.start, text.lastIndexOf('255'));
  assert.equal(found?.related[0]?.span.start, text.indexOf('255'));
  assert.match(found?.help ?? '', /2 is free/);
});

test('weights: what moves enough is left alone, what cannot move is told with its numbers', () => {
  const tracked = (weight: number, priority = 100): readonly string[] =>
    complaints(
      `${safe}${script('check', weight)}${instance('A', { priority, lines: track('check') })}`,
    ).map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(tracked(-20), []);
  assert.deepEqual(tracked(20), []);
  assert.deepEqual(tracked(0, 255), []);
  assert.deepEqual(tracked(-2), [
    'track.small-weight: a failed check takes A from 100 to 98: the address moves only if another router has a priority from 98 to 100',
  ]);
  assert.deepEqual(tracked(20, 254), [
    'track.weight-lost-in-bounds: with these weights A stays at 254 whether check is up or down',
  ]);
  assert.equal(tracked(-20, 255).length, 1);
});

test('the weight of an entry overrules that of its script', () => {
  const text = `${safe}${script('check', -2)}${instance('A', { lines: track('check weight -40') })}`;
  assert.deepEqual(complaints(text), []);
});

test('an unknown tracker is told once, with the nearest name', () => {
  const found = complaints(
    `${safe}${script('check_web', -20)}${instance('A', { lines: track('check_wbe') })}`,
  );
  assert.deepEqual(found.map(({ code }) => code).sort(), [
    'track.never-used',
    'track.unknown-name',
  ]);
  assert.equal(
    found.find(({ code }) => code === 'track.unknown-name')?.help,
    'did you mean check_web?',
  );
});

test('an instance that is left out for want of an id is told once', () => {
  const text = 'vrrp_instance A {\ninterface eth0\nvirtual_ipaddress {\n10.0.0.1/24\n}\n}\n';
  assert.deepEqual(codes(text), ['vrrp.router-id-missing']);
});

test('scripts of an unprivileged user need no security', () => {
  const notify = instance('A', { lines: 'notify /bin/true' });
  assert.deepEqual(codes(notify), ['script.security-off']);
  assert.deepEqual(codes(`global_defs {\nscript_user nobody\n}\n${notify}`), []);
  assert.deepEqual(codes(instance('A', { lines: 'notify /bin/true nobody' })), []);
});

test('a state in small letters is not taken for MASTER, which could make it the owner', () => {
  const text = instance('A').replace('priority 100', 'state master');
  const configuration = readText(text);
  assert.equal(configuration.model.vrrp_instance[0]?.state, 'BACKUP');
  assert.equal(configuration.diagnostics[0]?.help, 'did you mean MASTER?');
});

test('what was tried and could not be read is not called missing as well', () => {
  const text =
    'vrrp_instance A {\ninterface\nvirtual_router_id 51\nvirtual_ipaddress {\n10.0.0.300\n}\n}\n';
  assert.deepEqual(codes(text), ['language.missing-argument', 'language.not-an-address']);
  const service =
    'virtual_server 10.0.0.1 80 {\nlb_algo xx\nlb_kind YY\nprotocol ZZ\nreal_server 10.0.0.2 80 {\n}\n}\n';
  assert.equal(codes(service).filter((code) => code.startsWith('lvs.')).length, 0);
});

const balanced = (lines: string, more = '', header = '10.0.0.1 80'): string =>
  `virtual_server ${header} {\nlb_kind NAT\nprotocol TCP\n${lines}\nreal_server 10.0.0.20 80 {\n${more}\n}\n}\n`;
const nftables = 'global_defs {\nlvs_plane nftables\n}\n';

test('masquerade wants the plane of nftables written, and NAT', () => {
  const asked = balanced('lb_algo rr\nmasquerade');
  assert.deepEqual(codes(asked), ['lvs.masquerade-needs-nftables']);
  const ipvs = nftables.replace('nftables', 'ipvs');
  assert.deepEqual(codes(ipvs + asked), ['lvs.masquerade-needs-nftables']);
  assert.deepEqual(codes(nftables + asked), []);
  const own = balanced('lb_algo rr', 'lvs_method DR\nmasquerade true');
  const told = complaints(nftables + own).filter(({ severity }) => severity !== 'note');
  assert.deepEqual(
    told.map(({ code }) => code),
    ['lvs.masquerade-without-nat'],
  );
  assert.deepEqual(codes(balanced('lb_algo rr', 'masquerade false')), []);
  const empty = `${nftables}virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nmasquerade\n}\n`;
  assert.deepEqual(codes(empty), ['lvs.no-server']);
});

test('what nftables does otherwise is told once, where it stands, and on that plane alone', () => {
  const services = ['10.0.0.1 80', '10.0.0.2 80', '10.0.0.3 80'].map((header) =>
    balanced('lb_algo wlc', '', header),
  );
  assert.deepEqual(codes(services.join('')), []);
  const [found, ...others] = complaints(nftables + services.join(''));
  assert.deepEqual([found?.code, others.length], ['lvs.nftables-differs', 0]);
  assert.match(found?.message ?? '', /^scheduler wlc: .*\(and for 2 other services\)$/);
  const limited = balanced('lb_algo rr', 'uthreshold 100');
  const [withheld] = complaints(nftables + limited);
  assert.match(withheld?.message ?? '', /^uthreshold/);
  assert.match(withheld?.help ?? '', /^Remove the thresholds/);
  const tunnel = balanced('lb_algo rr', 'lvs_method TUN');
  assert.deepEqual(codes(nftables + tunnel), ['lvs.nftables-cannot']);
  const daemon = 'global_defs {\nlvs_plane nftables\nlvs_sync_daemon eth0\n}\n';
  assert.ok(codes(daemon + balanced('lb_algo rr')).includes('lvs.nftables-cannot'));
});
