import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { wallTime } from '../../base/units.ts';
import { allocate, bind, close, receive, socket } from '../../linux/ffi.ts';
import { facilityNamed, keepalivedIdentities } from './facility.ts';
import { openSyslog, syslogVoice } from './syslog.ts';

const wall = wallTime(Date.UTC(2026, 2, 1, 12, 0, 5) * 1_000);

test('facility and level make the number, each process has its name, days are padded', () => {
  const sent: string[] = [];
  const voice = syslogVoice(
    { facility: facilityNamed('daemon') ?? -1, identities: keepalivedIdentities },
    (path, text) => {
      sent.push(`${path} ${text}`);
      return undefined;
    },
  );
  const line = { loudness: 'notice', text: '(VI_1) Entering MASTER STATE' } as const;
  voice.say(line, wall, 'failover');
  voice.say({ loudness: 'error', text: 'ü' }, wall, 'daemon');
  const { pid } = process;
  const stamp = '[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:05';
  const [first = '', second = ''] = sent;
  const end = `Keepalived_vrrp\\[${pid}\\]: \\(VI_1\\) Entering MASTER STATE$`;
  assert.match(first, new RegExp(`^/dev/log <29>${stamp} ${end}`));
  assert.match(second, new RegExp(`^/dev/log <27>${stamp} Keepalived\\[${pid}\\]: ü$`));
});

test('facilities by the names that keepalived takes', () => {
  assert.deepEqual(['daemon', 'USER', 'local0', '7', 'kern', '8'].map(facilityNamed), [
    3,
    1,
    16,
    23,
    undefined,
    undefined,
  ]);
});

test('what a full or absent syslog does not take is counted, and told when it listens again', () => {
  const sent: string[] = [];
  let deaf = true;
  const voice = syslogVoice({ facility: 3, identities: keepalivedIdentities }, (_path, text) => {
    if (deaf) return { errno: 11, code: 'EAGAIN', detail: '' };
    sent.push(text.slice(text.indexOf(': ') + 2));
    return undefined;
  });
  const say = (text: string) => voice.say({ loudness: 'info', text }, wall, 'daemon');
  say('one');
  say('two');
  deaf = false;
  say('three');
  say('four');
  assert.deepEqual(sent, ['2 lines are missing here: syslog did not take them', 'three', 'four']);
  assert.equal(voice.dropped, 2);
});

test('a real socket that nobody reads is filled without waiting, and read again gives the lines', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-syslog-'));
  const path = join(directory, 'log');
  const fd = listenAt(path);
  const voice = await openSyslog({ facility: 3, identities: keepalivedIdentities, path });
  const begin = performance.now();
  for (let count = 0; count < 2_000; count += 1) {
    voice.say({ loudness: 'info', text: `line ${count}` }, wall, 'daemon');
  }
  assert.ok(performance.now() - begin < 2_000);
  assert.ok(voice.dropped > 0 && voice.dropped < 2_000);
  assert.match(readFrom(fd), /: line 0$/);
  voice.say({ loudness: 'info', text: 'again' }, wall, 'daemon');
  close(fd);
  voice.say({ loudness: 'info', text: 'nobody' }, wall, 'daemon');
  rmSync(directory, { recursive: true });
  voice.say({ loudness: 'info', text: 'nowhere' }, wall, 'daemon');
});

const AF_UNIX = 1;
const SOCK_DGRAM = 2;

function listenAt(path: string): number {
  const address = allocate(110);
  address.view.setUint16(0, AF_UNIX, true);
  address.bytes.set(new TextEncoder().encode(path), 2);
  const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  assert.equal(bind(fd, address.address, 2 + path.length + 1), 0);
  return fd;
}

function readFrom(fd: number): string {
  const memory = allocate(1_024);
  const length = receive(fd, memory.address, 1_024, 0);
  return new TextDecoder().decode(memory.bytes.subarray(0, length));
}
