/** Faults that no laboratory can plant without harm to its host, or that depend on a daemon at work. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parseAddress } from '../../../base/address.ts';
import { balancerModel } from '../../../engine/translation/balancer-model.ts';
import { failoverModel } from '../../../engine/translation/failover-model.ts';
import { readText } from '../../../language/read-text.ts';
import type { Link, LinkAddress, LinkIndex } from '../../../ports.ts';
import { type HeardAdvertisement, readAdvertisement } from '../heard.ts';
import type { Examination, Patient } from '../patient.ts';
import { managersOf } from '../probes/managers.ts';
import { savedRules } from '../probes/saved-rules.ts';
import { writtenServers } from '../written-server.ts';
import { addressAbsent } from './address-absent.ts';
import { clocksApart } from './clocks-apart.ts';
import { connectionTracking } from './connection-tracking.ts';
import { firewallDrops } from './firewall-drops.ts';
import { forwardingOff } from './forwarding-off.ts';
import { interfaceManaged } from './interface-managed.ts';
import { planeMissing } from './plane-missing.ts';
import { portChanged } from './port-changed.ts';
import { routerIdTwice } from './router-id-twice.ts';
import { rulesSaved } from './rules-saved.ts';
import { tunnelMtu } from './tunnel-mtu.ts';

const vip = own('192.0.2.1');
const eth0: Link = {
  ...{ index: 2 as LinkIndex, name: 'eth0', up: true, running: true, noArp: false },
  ...{ multicast: true, loopback: false, mtu: 1_500, mac: undefined, parent: undefined },
};

function own(text: string) {
  const address = parseAddress(text);
  assert.ok(address !== undefined);
  return address;
}

interface Differences extends Partial<Patient> {
  readonly settings?: Readonly<Record<string, string>>;
}

/** A host with this configuration, which is otherwise well: every probe succeeds, nothing is heard. */
function patientOf(text: string, { settings = {}, ...differences }: Differences = {}): Patient {
  const { model } = readText(text);
  return {
    services: balancerModel(model).model.services,
    written: writtenServers(model),
    instances: failoverModel(model).instances,
    ...{ plane: 'nftables', states: new Map(), links: [eth0], addresses: [at('192.0.2.1', 32)] },
    setting: (name) => settings[name],
    linkTowards: () => eth0,
    ...{ ruleset: [], saved: [], heard: [], managers: new Map() },
    probes: {
      claims: async () => [],
      connect: async () => ({ kind: 'accepted' }),
      knock: async () => ({ kind: 'accepted' }),
      answersPing: async () => true,
    },
    ...differences,
  };
}

function at(text: string, prefix: number): LinkAddress {
  return {
    ...{ link: eth0.index, address: own(text), prefix, scope: 'global', label: undefined },
    ...{ broadcast: undefined, peer: undefined, tentative: false, duplicate: false, protocol: 0 },
  };
}

async function found(examination: Examination, patient: Patient): Promise<readonly string[]> {
  return (await examination(patient)).map(({ code }) => code);
}

const service = (kind = 'NAT', server = '192.0.2.20 80') => `virtual_server ${vip} 80 {
  lb_kind ${kind}
  protocol TCP
  real_server ${server} {
  }
}
`;
const instance = (more = '') => `vrrp_instance front {
  interface eth0
  version 3
  virtual_router_id 51
  priority 100
  advert_int 1
  ${more}
  virtual_ipaddress {
    ${vip}
  }
}
`;

test('connection tracking that is nearly full, or is not there while a daemon balances', async () => {
  const names = ['net/netfilter/nf_conntrack_count', 'net/netfilter/nf_conntrack_max'] as const;
  const settings = (count: string, most: string) => ({ [names[0]]: count, [names[1]]: most });
  const tell = (differences: Differences) =>
    found(connectionTracking, patientOf(service(), differences));
  assert.deepEqual(await tell({ settings: settings('950', '1000') }), ['tracking-full']);
  assert.deepEqual(await tell({ settings: settings('800', '1000') }), []);
  assert.deepEqual(await tell({}), []);
  assert.deepEqual(await tell({ states: new Map([['front', 'master']]) }), ['tracking-off']);
  assert.deepEqual(await tell({ plane: 'ipvs', settings: settings('950', '1000') }), []);
  const direct = patientOf(service('DR'), { settings: settings('950', '1000') });
  assert.deepEqual(await found(connectionTracking, direct), []);
});

test('a firewall that somebody keeps is opened in the way that he keeps it', async () => {
  const cures = async (table: string, hook: string, others: readonly object[] = []) => {
    const chain = { family: 'ip', table, name: 'FORWARD', type: 'filter', hook, policy: 'drop' };
    const ruleset = [{ chain }, ...others.map((one) => ({ chain: { ...chain, ...one } }))];
    const patient = patientOf(service(), {
      ruleset,
      plane: hook === 'input' ? 'ipvs' : 'nftables',
    });
    return (await firewallDrops(patient)).map(({ cure }) => cure);
  };
  const user = { name: 'DOCKER-USER', type: undefined, hook: undefined, policy: undefined };
  const [docker] = await cures('filter', 'forward', [user]);
  assert.match(
    docker ?? '',
    /iptables -I DOCKER-USER -d 192\.0\.2\.20 -p tcp --dport 80 -j ACCEPT/,
  );
  const [entering] = await cures('firewalld', 'input');
  assert.match(entering ?? '', /firewall-cmd --permanent --add-port=80\/tcp/);
  const [onward] = await cures('firewalld', 'forward');
  assert.match(onward ?? '', /firewall-cmd --permanent --add-forward/);
  const [plain] = await cures('filter', 'forward');
  assert.match(
    plain ?? '',
    /nft insert rule ip filter FORWARD ip daddr 192\.0\.2\.20 tcp dport 80 accept/,
  );
});

test('rules that are loaded from a file must not hold our table, nor take it away', async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-rules-'));
  const file = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const tell = (differences: Differences = {}) =>
    found(rulesSaved, patientOf(service(), { saved: savedRules(root), ...differences }));
  try {
    file('etc/nftables.conf', '#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {\n}\n');
    assert.deepEqual(await tell(), [], 'nobody loads it');
    file('etc/systemd/system/sysinit.target.wants/nftables.service', '');
    assert.deepEqual(await tell(), ['rules-flushed']);
    assert.deepEqual(await tell({ plane: 'ipvs' }), []);
    file('etc/nftables.d/all.nft', 'table ip6 holdfast {\n}\n');
    assert.deepEqual(await tell(), ['rules-flushed', 'rules-saved']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a kernel that balances nothing matters where something is to be balanced', async () => {
  assert.deepEqual(await found(planeMissing, patientOf(service(), { plane: undefined })), [
    'plane-missing',
  ]);
  assert.deepEqual(await found(planeMissing, patientOf(instance(), { plane: undefined })), []);
});

test('the address of a service is missed on the master of its instance alone', async () => {
  const tell = (text: string, state: string, addresses: readonly LinkAddress[] = []) =>
    found(addressAbsent, patientOf(text, { states: new Map([['front', state]]), addresses }));
  assert.deepEqual(await tell(service() + instance(), 'backup'), []);
  assert.deepEqual(await tell(service() + instance(), 'master'), ['address-absent']);
  assert.deepEqual(await tell(service() + instance(), 'master', [at(vip, 32)]), []);
  assert.deepEqual(await tell(service(), 'master'), ['address-absent']);
});

test('forwarding is asked for in the family of the servers, by NAT alone', async () => {
  const settings = { 'net/ipv4/ip_forward': '0', 'net/ipv6/conf/all/forwarding': '0' };
  const tell = (text: string) => found(forwardingOff, patientOf(text, { settings }));
  assert.deepEqual(await tell(service()), ['forwarding-off']);
  assert.deepEqual(await tell(service('DR')), []);
});

test('ports that are the same, or are not written, are not changed', async () => {
  const tell = (text: string) => found(portChanged, patientOf(text));
  assert.deepEqual(await tell(service('DR', '192.0.2.20 81')), ['port-changed']);
  assert.deepEqual(await tell(service('TUN', '192.0.2.20 81')), ['port-changed']);
  assert.deepEqual(await tell(service('DR', '192.0.2.20 80')), []);
  assert.deepEqual(await tell(service('DR', '192.0.2.20')), []);
  assert.deepEqual(await tell(service('NAT', '192.0.2.20 81')), []);
});

test('a tunnel over a link with room to spare is well', async () => {
  const wide: Link = { ...eth0, index: 3 as LinkIndex, name: 'eth1', mtu: 1_520 };
  const towards = (link: Link) => patientOf(service('TUN'), { linkTowards: () => link });
  assert.deepEqual(await found(tunnelMtu, towards(wide)), []);
  assert.deepEqual(await found(tunnelMtu, towards({ ...wide, mtu: 1_519 })), ['tunnel-mtu']);
  const gue = service('TUN type gue port 6080');
  assert.deepEqual(await found(tunnelMtu, patientOf(gue, { linkTowards: () => wide })), [
    'tunnel-mtu',
  ]);
});

const heard: HeardAdvertisement = {
  ...{ link: eth0.index, source: own('192.0.2.9'), virtualRouterId: 51, priority: 150 },
  ...{ addresses: [vip], by: 'host', clockAhead: undefined },
};

test('one who speaks for a router is its master, two are one too many', async () => {
  const tell = (differences: Differences) =>
    found(routerIdTwice, patientOf(instance(), differences));
  const master = new Map([['front', 'master']]);
  assert.deepEqual(await tell({ heard: [heard, heard] }), []);
  assert.deepEqual(await tell({ heard: [heard], states: new Map([['front', 'backup']]) }), []);
  assert.deepEqual(await tell({ heard: [heard], states: master }), ['two-masters']);
  const third = { ...heard, source: own('192.0.2.10') };
  assert.deepEqual(await tell({ heard: [heard, third] }), ['two-masters']);
  assert.deepEqual(await tell({ heard: [{ ...heard, priority: 0 }], states: master }), []);
  const stranger = { ...heard, addresses: [own('192.0.2.77')] };
  assert.deepEqual(await tell({ heard: [stranger] }), ['router-id-taken']);
  assert.deepEqual(await tell({ heard: [{ ...heard, virtualRouterId: 52 }, heard] }), []);
});

test('clocks may differ by the window, and not by more', async () => {
  const signed = instance(`auth_hmac {
    key 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    active_key 1
    replay_window 5
  }`);
  const tell = (clockAhead: number | undefined, text = signed) =>
    found(clocksApart, patientOf(text, { heard: [{ ...heard, clockAhead }] }));
  assert.deepEqual(await tell(4.9), []);
  assert.deepEqual(await tell(5.1), ['clocks-apart']);
  assert.deepEqual(await tell(-5.1), ['clocks-apart']);
  assert.deepEqual(await tell(undefined), []);
  assert.deepEqual(await tell(9, instance()), []);
});

test('the clock of a signature is read, and told against ours', () => {
  const message = Uint8Array.of(0x31, 51, 150, 1, 0, 100, 0, 0, 192, 0, 2, 1);
  const seal = new Uint8Array(28);
  seal.set([1, 1, 0, 0, 0, 0, 0, 200, 0x80, 0]);
  const bytes = Uint8Array.of(...message, ...seal);
  const read = readAdvertisement(bytes, 'ipv4', 190);
  assert.equal(read?.clockAhead, 10.5);
  assert.equal(readAdvertisement(bytes, 'ipv4', 200.75)?.clockAhead, -0.25);
  assert.deepEqual(read?.addresses, [vip]);
  assert.equal(readAdvertisement(message, 'ipv4', 190)?.clockAhead, undefined);
  for (let length = 0; length < message.length; length += 1) {
    assert.equal(readAdvertisement(message.subarray(0, length), 'ipv4', 0), undefined);
  }
});

test('an interface that another program manages, unless that is told to keep what it does not know', async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-doctor-'));
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const tell = () =>
    found(interfaceManaged, patientOf(instance(), { managers: managersOf([eth0], root) }));
  try {
    assert.deepEqual(await tell(), []);
    const file = '/etc/systemd/network/10-eth0.network';
    write('run/systemd/netif/links/2', `ADMIN_STATE=configured\nNETWORK_FILE=${file}\n`);
    assert.deepEqual(await tell(), ['interface-managed']);
    write(file, '[Network]\nKeepConfiguration=static\n');
    assert.deepEqual(await tell(), []);
    write('run/NetworkManager/devices/2', '[device]\nmanaged=true\n');
    assert.deepEqual(await tell(), ['interface-managed']);
    write('run/NetworkManager/devices/2', '[device]\nmanaged=false\n');
    assert.deepEqual(await tell(), []);
  } finally {
    rmSync(root, { recursive: true });
  }
});
