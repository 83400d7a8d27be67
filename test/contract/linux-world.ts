/** Network namespaces for the contract suites, and the ports of Linux inside them. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { type Address, type Ipv4, type Ipv6, parseAddress } from '../../src/base/address.ts';
import { LinuxNetwork } from '../../src/linux/adverts/network.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { setNamespace } from '../../src/linux/ffi.ts';
import { LinuxKernel, type LinuxKernelOptions } from '../../src/linux/kernel/kernel.ts';
import type { LinkIndex, Network, RoutingOperation } from '../../src/ports.ts';
import type { KernelHost } from './kernel.ts';
import type { Segment, SegmentHost } from './network.ts';

const MARK = 'HOLDFAST_CONTRACT_LABORATORY';
const PATIENCE_MILLISECONDS = 5_000;

/**
 * Makes the whole test process run in network and mount namespaces of its own: it becomes `unshare`, which becomes it
 * again. Whatever it makes there goes with it, even when it is killed.
 */
export function enterLaboratory(file: string): void {
  if (process.env[MARK] !== undefined) return;
  const unprivileged = process.getuid?.() === 0 ? [] : ['-U', '-r'];
  const script = 'mount -t tmpfs none /run && ip link set lo up && exec "$@"';
  const command = ['sh', '-c', script, 'sh', process.execPath, ...process.execArgv, file];
  process.execve?.('/usr/bin/unshare', ['unshare', ...unprivileged, '-n', '-m', ...command], {
    ...process.env,
    [MARK]: '1',
  });
}

export function ip(line: string): string {
  return execFileSync('ip', line.split(' '), { encoding: 'utf8' });
}

export interface Space {
  readonly name: string;
  /** Runs with the main thread inside; what is opened there stays there. */
  inside<Value>(action: () => Value): Value;
  close(): void;
}

let spaces = 0;

function openSpace(): Space {
  spaces += 1;
  const name = `contract-${process.pid}-${spaces}`;
  ip(`netns add ${name}`);
  ip(`-n ${name} link set lo up`);
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const there = openSync(`/run/netns/${name}`, 'r');
  const space: Space = {
    name,
    inside(action) {
      enter(there);
      try {
        return action();
      } finally {
        enter(home);
      }
    },
    close() {
      ip(`netns delete ${name}`);
      closeSync(home);
      closeSync(there);
    },
  };
  // Duplicate address detection takes a second and more for each interface.
  space.inside(() => writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0'));
  return space;
}

function enter(descriptor: number): void {
  if (setNamespace(descriptor, 0) !== 0) throw new Error('cannot enter a network namespace');
}

export function linkIndex(space: Space, name: string): LinkIndex {
  return Number(ip(`-n ${space.name} -o link show dev ${name}`).split(':')[0]) as LinkIndex;
}

/** Every call happens inside the namespace, as sockets are opened when they are needed first. */
function networkInside(space: Space, network: LinuxNetwork): Network {
  return {
    listen: (endpoints) => space.inside(() => network.listen(endpoints)),
    transmit: (datagrams) => space.inside(() => network.transmit(datagrams)),
    announce: (frames) => space.inside(() => network.announce(frames)),
    receive: (limit) => network.receive(limit),
  };
}

export async function waitFor(isEnough: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (!isEnough() && performance.now() < deadline) await turn();
}

export interface LinuxSegment extends Segment {
  readonly nearSpace: Space;
  readonly farSpace: Space;
}

export async function openLinuxSegment(): Promise<LinuxSegment> {
  const [near, far] = [openSpace(), openSpace()];
  ip(`link add seg netns ${near.name} type veth peer name seg netns ${far.name}`);
  const networks: LinuxNetwork[] = [];
  const host = (space: Space, number: number): SegmentHost => {
    const [ipv4, ipv6] = [`10.77.0.${number}`, `fd77::${number}`];
    ip(`-n ${space.name} addr add ${ipv4}/24 dev seg`);
    ip(`-n ${space.name} addr add ${ipv6}/64 dev seg`);
    ip(`-n ${space.name} link set seg up`);
    const network = new LinuxNetwork({ clock: linuxClock, onReadable: () => undefined });
    networks.push(network);
    return {
      network: networkInside(space, network),
      clock: linuxClock,
      link: linkIndex(space, 'seg'),
      ipv4: known(ipv4) as Ipv4,
      ipv6: known(ipv6) as Ipv6,
    };
  };
  const segment = { near: host(near, 1), far: host(far, 2) };
  await waitFor(() => !isTentative(near) && !isTentative(far));
  return {
    ...segment,
    nearSpace: near,
    farSpace: far,
    waitFor,
    async close() {
      for (const network of networks) network.close();
      near.close();
      far.close();
    },
  };
}

function isTentative(space: Space): boolean {
  return ip(`-n ${space.name} -o addr show tentative`) !== '';
}

export interface LinuxKernelHost extends KernelHost {
  readonly space: Space;
  readonly kernel: LinuxKernel;
}

export async function openLinuxKernelHost(
  options: Partial<LinuxKernelOptions> = {},
): Promise<LinuxKernelHost> {
  const space = openSpace();
  ip(`-n ${space.name} link add eth9 type veth peer name peer9`);
  ip(`-n ${space.name} link set eth9 up`);
  ip(`-n ${space.name} link set peer9 up`);
  await waitFor(() => !isTentative(space));
  const kernel = space.inside(() => new LinuxKernel({ onReadable: () => undefined, ...options }));
  const apply = kernel.apply.bind(kernel);
  // Some of its sockets are opened when they are needed first.
  kernel.apply = (operations) => space.inside(() => apply(operations));
  return {
    space,
    kernel,
    link: linkIndex(space, 'eth9'),
    name: 'eth9',
    meddle: (meddling) => void ip(`-n ${space.name} ${commandOf(meddling)}`),
    waitFor,
    async close() {
      kernel.close();
      space.close();
    },
  };
}

function commandOf(meddling: Parameters<KernelHost['meddle']>[0]): string {
  switch (meddling.kind) {
    case 'add-address':
      return `addr add ${meddling.address}/${meddling.prefix} dev eth9`;
    case 'remove-address':
      return `addr del ${meddling.address}/${meddling.prefix} dev eth9`;
    case 'routing':
      return routingCommand(meddling.operation);
    case 'link-down':
      return 'link set eth9 down';
    case 'link-up':
      return 'link set eth9 up';
    case 'cable-out':
      return 'link set peer9 down';
    case 'cable-in':
      return 'link set peer9 up';
    case 'remove-link':
      return 'link delete eth9';
  }
}

/** Whatever leaves by eth9 without a gateway, and rules by their source. */
function routingCommand(operation: RoutingOperation): string {
  const verb = operation.kind.startsWith('add') ? 'add' : 'del';
  if ('rule' in operation) {
    const { from, priority, action, protocol } = operation.rule;
    const table = action.kind === 'table' ? `table ${action.table}` : action.kind;
    const source = `from ${from?.address}/${from?.prefix}`;
    const family = operation.rule.family === 'ipv6' ? '-6 ' : '';
    return `${family}rule ${verb} ${source} pref ${priority} ${table} protocol ${protocol}`;
  }
  const { destination, prefix, protocol } = operation.route;
  return `route ${verb} ${destination}/${prefix} dev eth9 proto ${protocol}`;
}

function known(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}
