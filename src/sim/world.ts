/** Hosts, segments and one virtual clock, with everything that was drawn for them. Runs the shipped driver. */
import { createRandom, type Random } from '../base/random.ts';
import { type Instant, microseconds } from '../base/units.ts';
import type { Link, LinkIndex } from '../ports.ts';
import type { InterfacePlan } from './configuration.ts';
import { type DriverFactory, type Host, type HostContext, startProcess } from './host.ts';
import { createKernel } from './kernel.ts';
import { createFabric, type Fabric } from './network.ts';
import type { Observer } from './observer.ts';
import { createQueue, type Queue } from './queue.ts';
import type { HostPlan, Scenario } from './scenario.ts';

export interface World extends HostContext {
  readonly scenario: Scenario;
  readonly queue: Queue;
  readonly fabric: Fabric;
  readonly random: Random;
  readonly hosts: readonly Host[];
  /** The places in which interfaces are, by host and name. */
  readonly sockets: ReadonlyMap<string, InterfaceState>;
}

/** How an interface is held down, and what it gets when it comes up. */
export interface InterfaceState {
  readonly host: Host;
  readonly plan: InterfacePlan;
  /** How many troubles want it down, and how many have cut its cable. */
  down: number;
  cut: number;
  index: LinkIndex;
}

/** Whoever configures the interfaces of a host. */
const NETWORK_MANAGER = { portId: 501, protocol: 0 };

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly createDriver: DriverFactory;
  readonly observer: Observer;
}

export function createWorld(options: WorldOptions): World {
  const { scenario } = options;
  const queue = createQueue();
  const random = createRandom(scenario.seed).fork('chances');
  const fabric = createFabric({
    queue,
    random: random.fork('network'),
    segments: scenario.segments,
    latency: scenario.latency,
    jitter: scenario.jitter,
  });
  const sockets = new Map<string, InterfaceState>();
  const hosts = scenario.hosts.map((plan, id) => createHost(queue, id, plan));
  for (const [id, plan] of scenario.hosts.entries()) {
    for (const [segment, port] of plan.interfaces.entries()) {
      const host = hosts[id] as Host;
      const state: InterfaceState = {
        host,
        plan: port,
        down: 0,
        cut: 0,
        index: (segment + 2) as LinkIndex,
      };
      sockets.set(`${id}/${port.name}`, state);
      showInterface(state);
      giveAddresses(state, true);
      const attachment = { host: id, interface: port.name, kernel: host.kernel };
      fabric.segments[segment]?.attachments.push({ ...attachment, sockets: new Set() });
    }
  }
  return { ...options, queue, random, fabric, hosts, sockets };
}

function createHost(queue: Queue, id: number, plan: HostPlan): Host {
  return {
    id,
    name: plan.name,
    offset: plan.offset,
    kernel: createKernel(queue),
    keepsProtocol: plan.keepsProtocol,
    model: plan.model,
    process: undefined,
    absence: 1,
    resume: undefined,
    fuse: undefined,
    frozen: 0,
    thawedAt: 0 as Instant,
    slowness: microseconds(0),
    overruns: 0,
    operationsFail: 0,
    transmitsFail: 0,
    verdicts: new Map(trackersOf(plan).map((tracker) => [tracker, true])),
  };
}

function trackersOf(plan: HostPlan): string[] {
  const { instances, groups } = plan.model;
  return [...instances, ...groups].flatMap((each) => each.trackers.map(({ tracker }) => tracker));
}

/** One reason less for the process to be away; it starts when there is none left. */
export function comeBack(world: World, host: Host): void {
  host.absence -= 1;
  if (host.absence > 0) return;
  const { resume } = host;
  host.resume = undefined;
  startProcess(world, host, resume);
}

/** Tells the kernel how the interface is now. */
export function showInterface(state: InterfaceState): void {
  const up = state.down === 0;
  const link: Link = {
    index: state.index,
    name: state.plan.name,
    up,
    running: up && state.cut === 0,
    noArp: false,
    multicast: true,
    loopback: false,
    mtu: 1_500,
    mac: state.plan.mac,
    parent: undefined,
  };
  state.host.kernel.setLink(link);
}

/** IPv6 addresses do not survive setting an interface down, so they come again with every up. */
export function giveAddresses(state: InterfaceState, ipv4: boolean): void {
  const { plan, index, host } = state;
  const addresses = [
    ...(ipv4 ? [{ address: plan.ipv4, prefix: 24, scope: 'global' as const }] : []),
    { address: plan.linkLocal, prefix: 64, scope: 'link' as const },
    { address: plan.ipv6, prefix: 64, scope: 'global' as const },
  ];
  for (const { address, prefix, scope } of addresses) {
    const none = { label: undefined, broadcast: undefined, peer: undefined, flags: [] };
    const forEver = { lifetime: undefined, preferred: undefined };
    const wanted = { link: index, address, prefix, scope, ...none, ...forEver };
    host.kernel.addAddress(wanted, NETWORK_MANAGER);
  }
}
