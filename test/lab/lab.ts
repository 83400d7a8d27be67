/**
 * A network of hosts on one link, made of namespaces: every host has `eth0`, joined by a bridge that
 * lives in a namespace of its own. Nothing touches the machine's own network.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';
import { type Host, macOf, settleHost } from './host.ts';
import {
  addNamespaces,
  configure,
  type Namespace,
  namespaceNamed,
  removeNamespaceNow,
  sweepLeftovers,
} from './namespace.ts';
import { crash, startTask, type Task, type TaskOptions } from './task.ts';

export interface Lab {
  readonly hosts: readonly Host[];
  readonly host: (name: string) => Host;
  /** The bridge's namespace; `br0` in it sees every frame. */
  readonly wire: Namespace;
  readonly startOnWire: Host['start'];
  /** Pulls the cable: the host sees its carrier go. */
  readonly cut: (host: string) => Promise<void>;
  readonly restore: (host: string) => Promise<void>;
  /** The switch stops forwarding for this host, which still sees its carrier. */
  readonly isolate: (host: string) => Promise<void>;
  readonly rejoin: (host: string) => Promise<void>;
  /** Kills what was started here, by id, and removes everything. */
  readonly close: () => Promise<void>;
}

const undisposed = new Set<() => void>();
let counter = 0;

/** Names are short lower-case words, such as `a`, `b`, `client`; they become interface names of the bridge. */
export async function openLab(names: readonly string[]): Promise<Lab> {
  if (counter === 0) {
    sweepLeftovers();
    disposeAtTheEnd();
  }
  counter += 1;
  const label = `hflab-${process.pid}-${counter}`;
  const wire = namespaceNamed(`${label}-wire`);
  const places = names.map((name, index) => ({
    name,
    number: index + 1,
    space: namespaceNamed(`${label}-${name}`),
  }));
  const directory = mkdtempSync(join(tmpdir(), `${label}-`));
  const dispose = () => {
    for (const space of [...places.map((place) => place.space), wire]) removeNamespaceNow(space);
    rmSync(directory, { recursive: true, force: true });
    undisposed.delete(dispose);
  };
  undisposed.add(dispose);
  const tasks: Task[] = [];
  const startIn =
    (space: Namespace) => (program: string, words: readonly string[], options: TaskOptions) => {
      const task = startTask(space, program, words, options);
      tasks.push(task);
      return task;
    };
  await addNamespaces([wire, ...places.map((place) => place.space)]);
  await layCables(wire, places);
  const hosts = await Promise.all(
    places.map((place) => settleHost({ ...place, directory, start: startIn(place.space) })),
  );
  const port = (change: string) => (name: string) =>
    configure(wire, [`link set dev ${name} ${change}`]);
  return {
    hosts,
    host: (name) => named(hosts, name),
    wire,
    startOnWire: startIn(wire),
    cut: port('down'),
    restore: port('up'),
    isolate: port('nomaster'),
    rejoin: port('master br0'),
    close: async () => {
      await Promise.all(tasks.map(crash));
      dispose();
    },
  };
}

function named(hosts: readonly Host[], name: string): Host {
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`no host ${name} in this laboratory`);
  return found;
}

interface Place {
  readonly name: string;
  readonly number: number;
  readonly space: Namespace;
}

async function layCables(wire: Namespace, places: readonly Place[]): Promise<void> {
  await configure(wire, [
    'link set dev lo up',
    // No spanning tree and no multicast snooping: frames pass from the first moment.
    'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
    'link set dev br0 addrgenmode none',
    'link set dev br0 up',
  ]);
  const cables = places.map(({ name, number, space }) => {
    const end = `eth0 netns ${space.name} address ${macOf(number)}`;
    return `link add name ${end} type veth peer name ${name} netns ${wire.name}\n`;
  });
  await command('ip', ['-batch', '-'], cables.join(''));
  await configure(
    wire,
    places.flatMap(({ name }) => [
      `link set dev ${name} addrgenmode none`,
      `link set dev ${name} master br0`,
      `link set dev ${name} up`,
    ]),
  );
}

/** Also after a failure, a keyboard interrupt or a polite kill: nothing is left behind. */
function disposeAtTheEnd(): void {
  const disposeAll = () => {
    for (const dispose of [...undisposed]) dispose();
  };
  process.on('exit', disposeAll);
  for (const [name, number] of [
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.once(name, () => {
      disposeAll();
      process.exit(128 + number);
    });
  }
}
