/** Every attribute of a service, a server and a daemon, as the packaged ipvsadm reads it, and back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { after, beforeEach, test } from 'node:test';
import type { ServerSettings, Service, Tunnel } from '../../src/base/service.ts';
import { ipvsFamily } from '../../src/linux/ipvs/family.ts';
import { openIpvs } from '../../src/linux/ipvs/ipvs.ts';
import { NetlinkSocket } from '../../src/linux/netlink-socket.ts';
import type { SyncDaemon } from '../../src/plane.ts';
import { NETLINK_GENERIC } from '../../src/wire/genetlink.ts';
import {
  decodeInfo,
  decodeTimeouts,
  encodeFlush,
  encodeInfoRequest,
  encodeTimeoutsRequest,
  encodeZero,
} from '../../src/wire/ipvs.ts';
import type { NetlinkMessage } from '../../src/wire/netlink.ts';
import {
  assertDone,
  direct,
  making,
  plain,
  serverAt,
  serviceAt,
  sorted,
} from '../contract/plane-words.ts';
import { address } from '../contract/words.ts';
import { enterGuest } from './guest.ts';
import { emptyTable, ipvsadm, readPicture } from './ipvsadm.ts';
import { openPlane } from './plane.ts';

enterGuest(import.meta.filename);
execFileSync('mount', ['-t', 'tmpfs', 'none', '/lib/modules']);
const withoutModules = await openIpvs();
execFileSync('umount', ['/lib/modules']);
const plane = await openPlane();
beforeEach(emptyTable);
after(() => plane.close());

const tunnelled = (tunnel: Tunnel): ServerSettings => ({
  ...direct,
  forwarding: { kind: 'tunnel', tunnel },
});

const services: readonly Service[] = [
  {
    key: serviceAt('192.0.2.1', 80),
    ...plain,
    scheduler: 'wlc',
    servers: [
      serverAt('10.0.0.1', 80, { ...direct, upper: 100, lower: 50 }),
      serverAt('10.0.0.2', 8080, { ...direct, forwarding: { kind: 'nat' }, weight: 0 }),
      serverAt('10.0.0.3', 80, tunnelled({ kind: 'ipip' })),
      serverAt('10.0.0.4', 80, tunnelled({ kind: 'gue', port: 6080, checksum: 'none' })),
      serverAt('10.0.0.5', 80, tunnelled({ kind: 'gue', port: 65535, checksum: 'checksum' })),
      serverAt('10.0.0.6', 80, tunnelled({ kind: 'gue', port: 1, checksum: 'remote' })),
      serverAt('10.0.0.7', 80, tunnelled({ kind: 'gre', checksum: 'none' })),
      serverAt('10.0.0.8', 80, tunnelled({ kind: 'gre', checksum: 'checksum' })),
      serverAt('10.0.0.9', 80, { ...direct, weight: 2_147_483_647 }),
    ],
  },
  {
    key: serviceAt('192.0.2.1', 0, 'udp'),
    ...plain,
    scheduler: 'mh',
    flags: [1, 2],
    persistence: { seconds: 360, prefix: 24, engine: 'sip' },
    servers: [],
  },
  {
    key: serviceAt('192.0.2.2', 53, 'udp'),
    ...plain,
    scheduler: 'sh',
    flags: [2],
    onePacket: true,
    servers: [],
  },
  { key: serviceAt('192.0.2.2', 5000, 'sctp'), ...plain, flags: [3], servers: [] },
  {
    key: serviceAt('2001:db8::1', 443),
    ...plain,
    persistence: { seconds: 2_678_400, prefix: 56, engine: undefined },
    servers: [serverAt('fd00::1', 443), serverAt('10.0.0.1', 443, tunnelled({ kind: 'ipip' }))],
  },
  {
    key: { kind: 'mark', family: 'ipv4', mark: 5 },
    ...plain,
    servers: [serverAt('fd00::1', 0, tunnelled({ kind: 'ipip' }))],
  },
  {
    key: { kind: 'mark', family: 'ipv6', mark: 2_147_483_647 },
    ...plain,
    servers: [serverAt('fd00::1', 0)],
  },
];

/** As ipvsadm writes the table above. */
const written = [
  '-A --sctp-service 192.0.2.2:5000 -s rr -b flag-3',
  '-A -f 2147483647 -6 -s rr',
  '-A -f 5 -s rr',
  '-A -t 192.0.2.1:80 -s wlc',
  '-A -t [2001:db8::1]:443 -s rr -p 2678400 -M 56',
  '-A -u 192.0.2.1:0 -s mh -p 360 -M 255.255.255.0 --pe sip -b mh-fallback,mh-port',
  '-A -u 192.0.2.2:53 -s sh -o -b sh-port',
  '-a -f 2147483647 -6 -r [fd00::1]:0 -g -w 1',
  '-a -f 5 -r [fd00::1]:0 -i -w 1 --tun-type ipip',
  '-a -t 192.0.2.1:80 -r 10.0.0.1:80 -g -w 1 -x 100 -y 50',
  '-a -t 192.0.2.1:80 -r 10.0.0.2:8080 -m -w 0',
  '-a -t 192.0.2.1:80 -r 10.0.0.3:80 -i -w 1 --tun-type ipip',
  '-a -t 192.0.2.1:80 -r 10.0.0.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum',
  '-a -t 192.0.2.1:80 -r 10.0.0.5:80 -i -w 1 --tun-type gue --tun-port 65535 --tun-csum',
  '-a -t 192.0.2.1:80 -r 10.0.0.6:80 -i -w 1 --tun-type gue --tun-port 1 --tun-remcsum',
  '-a -t 192.0.2.1:80 -r 10.0.0.7:80 -i -w 1 --tun-type gre --tun-nocsum',
  '-a -t 192.0.2.1:80 -r 10.0.0.8:80 -i -w 1 --tun-type gre --tun-csum',
  '-a -t 192.0.2.1:80 -r 10.0.0.9:80 -g -w 2147483647',
  '-a -t [2001:db8::1]:443 -r 10.0.0.1:443 -i -w 1 --tun-type ipip',
  '-a -t [2001:db8::1]:443 -r [fd00::1]:443 -g -w 1',
];

test('the module is loaded where there is one, and where there is none that is said', () => {
  const error = withoutModules.ok ? undefined : withoutModules.error;
  assert.equal(error?.code, 'ENOENT');
  assert.match(error.detail, /^this kernel has no IPVS \(modprobe: .*not found.*\)$/);
  assert.ok(existsSync('/proc/net/ip_vs'));
});

test('ipvsadm reads what was programmed', () => {
  const operations = making(services);
  assertDone(plane.apply(operations), operations.length);
  assert.deepEqual(readPicture().entries, written);
});

test('what ipvsadm has programmed is read as the same values', () => {
  ipvsadm(['-R'], `${written.join('\n')}\n`);
  assert.deepEqual(sorted(plane.observe()), sorted(services));
});

test('a server changes its way of forwarding, and nothing of the old one stays', () => {
  const key = serviceAt('192.0.2.1', 80);
  const server = { address: address('10.0.0.1'), port: 80 };
  const gue = tunnelled({ kind: 'gue', port: 6080, checksum: 'remote' });
  assertDone(
    plane.apply([
      ...making([{ key, ...plain, servers: [{ ...server, ...gue }] }]),
      { kind: 'edit-server', service: key, server, settings: tunnelled({ kind: 'ipip' }) },
    ]),
    3,
  );
  const added = '-A -t 192.0.2.1:80 -s rr';
  const line = '-a -t 192.0.2.1:80 -r 10.0.0.1:80';
  assert.deepEqual(readPicture().entries, [added, `${line} -i -w 1 --tun-type ipip`]);
  assertDone(plane.apply([{ kind: 'edit-server', service: key, server, settings: direct }]), 1);
  assert.deepEqual(readPicture().entries, [added, `${line} -g -w 1`]);
});

test('timeouts are those that were asked for, and the others stay', () => {
  const before = readPicture().timeouts;
  assert.deepEqual(plane.setTimeouts({ tcp: 901, tcpFin: undefined, udp: 302 }), { done: true });
  assert.deepEqual(readPicture().timeouts, [901, before[1], 302]);
  assert.deepEqual(plane.setTimeouts({ tcp: undefined, tcpFin: 121, udp: undefined }), {
    done: true,
  });
  assert.deepEqual(readPicture().timeouts, [901, 121, 302]);
});

test('synchronisation daemons are those that were asked for; the same ones go on', async () => {
  const daemon: SyncDaemon = {
    role: 'master',
    interface: 'lo',
    id: 7,
    maximumLength: undefined,
    port: undefined,
    ttl: undefined,
    group: undefined,
  };
  const backup: SyncDaemon = {
    ...{ ...daemon, role: 'backup', id: 9, maximumLength: 1_300 },
    ...{ port: 9_000, ttl: 4, group: 'ff02::5' },
  };
  assert.deepEqual(plane.synchronise([daemon, backup]), { done: true });
  const both = readPicture().daemons;
  assert.deepEqual(both, [
    'backup sync daemon (mcast=lo, syncid=9, maxlen=1300, group=ff02::5, port=9000, ttl=4)',
    'master sync daemon (mcast=lo, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)',
  ]);
  const threads = syncThreads();
  assert.deepEqual(plane.synchronise([backup, daemon]), { done: true });
  const another = await openPlane();
  assert.deepEqual(another.synchronise([backup, daemon]), { done: true });
  another.close();
  assert.deepEqual(syncThreads(), threads, 'nothing was begun anew');
  assert.deepEqual(plane.synchronise([{ ...backup, ttl: 5 }]), { done: true });
  assert.deepEqual(readPicture().daemons, [both[0]?.replace('ttl=4', 'ttl=5')]);
  assert.deepEqual(plane.synchronise([]), { done: true });
  assert.deepEqual(readPicture().daemons, []);
});

/** Ids of the kernel's threads: `ipvs-m:0:0`, `ipvs-b:1:0`. */
function syncThreads(): readonly string[] {
  const ids = execFileSync('sh', ['-c', 'ls /proc'], { encoding: 'utf8' }).split('\n');
  return ids.filter((id) => /^\d+$/.test(id) && /^ipvs-[mb]/.test(nameOf(id)));
}

function nameOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8');
  } catch {
    return '';
  }
}

test('what the plane itself never asks or orders is understood too', () => {
  assertDone(plane.apply(making(services.slice(0, 1))), 10);
  const socket = new NetlinkSocket({
    groups: [],
    receiveBuffer: 65_536,
    isRehearsal: false,
    protocol: NETLINK_GENERIC,
  });
  const family = ipvsFamily(socket);
  assert.ok(family.ok);
  const answers: NetlinkMessage[] = [];
  const ask = (payload: Uint8Array) => {
    const error = socket.ask(family.value, payload, ({ payload: bytes, ...rest }) =>
      answers.push({ ...rest, payload: bytes.slice() }),
    );
    assert.equal(error, undefined);
  };
  ask(encodeInfoRequest());
  ask(encodeTimeoutsRequest());
  const [info, timeouts] = answers;
  assert.ok(info !== undefined && timeouts !== undefined);
  assert.deepEqual(decodeInfo(info), { version: 0x010201, size: 4096 });
  const [tcp, tcpFin, udp] = readPicture().timeouts;
  assert.deepEqual(decodeTimeouts(timeouts), { tcp, tcpFin, udp });
  ask(encodeZero());
  ask(
    encodeZero({
      kind: 'address',
      protocol: 6,
      address: address('192.0.2.1'),
      port: 80,
      family: 'ipv4',
    }),
  );
  ask(encodeFlush());
  assert.deepEqual(readPicture().entries, []);
  socket.close();
});
