/**
 * The storm of 255 virtual routers with every door open at once: letters, posts, D-Bus and SNMP notifications beside
 * scripts and a pipe. Whoever is told hears the latest state of each last, and nobody's advertisement waits for it.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { lifeOf, longestSilence, names, storm } from '../daemon/crowd.ts';
import { linesOf } from '../daemon/site.ts';
import { openLab } from '../lab/lab.ts';
import { stop, type Task } from '../lab/task.ts';
import { onTime } from '../lab/timeliness.ts';
import { until } from '../lab/until.ts';
import { busAddress, startBus } from './bus.ts';
import {
  masterSocket,
  mibs,
  notifications,
  reliableReceiver,
  startAgent,
  startReceiver,
} from './snmp-site.ts';

const lab = await openLab(['a']);
const a = lab.host('a');
process.env.DBUS_SYSTEM_BUS_ADDRESS = busAddress(a);
const started: Task[] = [];
afterEach(async () => {
  for (const task of started.splice(0).reverse()) await stop(task);
});
after(() => lab.close());

const letters = join(a.directory, 'letters');
const posts = join(a.directory, 'posts');
const ports = { relay: 2_525, hook: 8_085 };
const patience = 60_000;
const rounds = 2;
/** Milliseconds: of the steady one, and how much later than with every door closed it may be at worst. */
const [interval, allowance] = [100, 20];

async function serving(script: string, ...words: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, '../doors', script);
  const task = a.start(process.execPath, [file, ...words], { name: script });
  started.push(task);
  await until(`${script} listens`, 10_000, () => task.log().includes('listening') || undefined);
}

const global = `  enable_dbus
  enable_snmp_vrrp
  enable_traps
  snmp_socket unix:${masterSocket(a)}
  notification_email {
    ops@example.org
  }
  notification_email_from a@example.org
  smtp_server 127.0.0.1 ${ports.relay}
  smtp_alert
`;
const blocks = `webhook ours {\n  url http://127.0.0.1:${ports.hook}/hook\n}\n`;

interface Told {
  readonly name: string;
  readonly state: string;
}

/** What was told of each, in the order in which it was told. */
function byName(told: readonly Told[]): ReadonlyMap<string, readonly string[]> {
  const states = Map.groupBy(told, ({ name }) => name);
  return new Map([...states].map(([name, each]) => [name, each.map(({ state }) => state)]));
}

const parsed = (file: string): readonly unknown[] =>
  linesOf(file)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

function posted(): readonly (Told & { readonly sequence: number })[] {
  const all = parsed(posts) as readonly { readonly body: string }[];
  return all
    .map(({ body }) => JSON.parse(body) as Told & { readonly sequence: number })
    .map(({ name, state, sequence }) => ({ name, sequence, state: state.toUpperCase() }));
}

function mailed(): readonly Told[] {
  const all = parsed(letters) as readonly { readonly text: string }[];
  return all.flatMap(({ text }) => {
    const lines = text
      .replace(/=\r\n/g, '')
      .matchAll(/VRRP Instance (\w+) -\s+Entering (\w+)\s+state/g);
    return [...lines].map(([, name = '', state = '']) => ({ name, state }));
  });
}

const stateNames = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];

function signalled(monitor: Task): readonly Told[] {
  const path =
    /path=\/org\/keepalived\/Vrrp1\/Instance\/eth0\/(\d+)\/IPv4; .*member=VrrpStatusChange\s+uint32 (\d)/g;
  return [...monitor.log().matchAll(path)].map(([, id, state]) => ({
    name: `V${id}`,
    state: stateNames[Number(state)] ?? '',
  }));
}

function notified(receiver: Task): readonly Told[] {
  const row = `${mibs.keepalived}.2.3.1`.replaceAll('.', '\\.');
  const form = new RegExp(
    `${row}\\.2 = Hex-STRING: ((?:[0-9A-F]{2} )+)\\s*${row}\\.4 = INTEGER: (\\d)`,
  );
  return notifications(receiver).flatMap((line) => {
    const [, bytes = '', state] = form.exec(line) ?? [];
    const name = Buffer.from(bytes.replaceAll(' ', ''), 'hex').toString();
    return state === undefined ? [] : [{ name, state: stateNames[Number(state)] ?? '' }];
  });
}

test('255 virtual routers in a storm, with every door open', async () => {
  started.push(await startBus(a));
  const receiver = await startReceiver(a, reliableReceiver);
  started.push(receiver, await startAgent(a, reliableReceiver));
  await serving('mail-relay.ts', `${ports.relay}`, letters, 'plain');
  await serving('hook-receiver.ts', `${ports.hook}`, posts);
  const filter = "type='signal',interface='org.keepalived.Vrrp1.Instance'";
  const monitor = a.start('dbus-monitor', ['--address', busAddress(a), filter], {
    name: 'dbus-monitor',
  });
  started.push(monitor);
  const ears: Readonly<Record<string, () => readonly Told[]>> = {
    mail: mailed,
    webhook: posted,
    'D-Bus': () => signalled(monitor),
    SNMP: () => notified(receiver),
  };
  const closed = await storm({ lab, host: a, rounds: 1 });
  const open = await storm({
    ...{ lab, host: a, rounds, global, blocks, ready: ['D-Bus: serving as', 'SNMP: served'] },
    told: async (round) => {
      for (const [ear, heard] of Object.entries(ears)) {
        const isTold = () => {
          const states = byName(heard());
          return names.every((name) => isAfterFaults(states.get(name), round + 1)) || undefined;
        };
        await until(`${ear} has heard of round ${round}`, patience, isTold, 250);
      }
    },
  });
  const [longest = 0] = open.gaps;
  onTime(longest < longestSilence, `silent for ${longest} ms: ${open.remarks.join('; ')}`);
  // One of them may be another program's fault.
  const [usual, most] = [closed, open].map(({ gaps: [, , third = 0] }) => third);
  const text = `silent for ${most} ms three times, for ${usual} ms with every door closed`;
  onTime((most ?? 0) < Math.max(usual ?? 0, interval) + allowance, text);
  for (const [ear, heard] of Object.entries(ears)) {
    const life = lifeOf(rounds);
    for (const [name, states] of byName(heard())) {
      if (!names.includes(name)) continue;
      const changes = states.slice(states.indexOf('FAULT'), states.lastIndexOf('MASTER') + 1);
      assert.deepEqual(changes, life, `${ear} about ${name}`);
    }
  }
  const sequences = posted().map(({ sequence }) => sequence);
  assert.deepEqual(
    sequences,
    sequences.toSorted((one, other) => one - other),
  );
});

function isAfterFaults(states: readonly string[] | undefined, faults: number): boolean {
  if (states?.at(-1) !== 'MASTER') return false;
  return states.filter((state) => state === 'FAULT').length === faults;
}
