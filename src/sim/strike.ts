/** How each kind of trouble comes over a world, and how it ends. */
import { type Duration, type Instant, microseconds } from '../base/units.ts';
import type { LinkIndex } from '../ports.ts';
import type { Trouble } from './faults.ts';
import { endProcess, freeze, type Host, resumable, tell, thaw, verdict } from './host.ts';
import { type Disturbance, UNDISTURBED } from './network.ts';
import { makeNoise } from './noise.ts';
import {
  comeBack,
  giveAddresses,
  type InterfaceState,
  showInterface,
  type World,
} from './world.ts';

/** Puts everything that was drawn on the world's calendar. */
export function scheduleTroubles(world: World): void {
  const { scenario, queue } = world;
  for (const [id, plan] of scenario.hosts.entries()) {
    const host = world.hosts[id];
    if (host === undefined) continue;
    queue.at(plan.startAt, () => comeBack(world, host));
  }
  for (const trouble of scenario.troubles) {
    queue.at(trouble.at, () => {
      world.observer.noted(queue.now(), `${describe(world, trouble)} begins`);
      const end = strike(world, trouble);
      if (trouble.until === undefined || end === undefined) return;
      queue.at(trouble.until, () => {
        world.observer.noted(queue.now(), `${describe(world, trouble)} ends`);
        end();
      });
    });
  }
}

function describe(world: World, trouble: Trouble): string {
  const { kind, at: _at, until: _until, ...rest } = trouble;
  const host = 'host' in rest ? `${world.hosts[rest.host]?.name} ` : '';
  const details = Object.entries(rest).filter(([name]) => name !== 'host');
  return `${host}${kind} ${details.map(([name, value]) => `${name}=${value}`).join(' ')}`.trimEnd();
}

type End = (() => void) | undefined;

/** Begins the trouble; what comes back ends it. */
function strike(world: World, trouble: Trouble): End {
  switch (trouble.kind) {
    case 'loss':
      return disturb(world, trouble.segment, { loss: trouble.chance });
    case 'duplication':
      return disturb(world, trouble.segment, { duplication: trouble.chance });
    case 'echo':
      return disturb(world, trouble.segment, { echo: trouble.chance });
    case 'delay':
      return disturb(world, trouble.segment, { delay: trouble.chance, delayMax: trouble.delayMax });
    case 'partition':
      return disturb(world, trouble.segment, { blocks: partition(trouble.side, trouble.oneWay) });
    case 'noise':
      makeNoise(world, trouble.segment, trouble.count);
      return undefined;
    case 'carrier':
    case 'admin-down':
    case 'replug':
      return strikeInterface(world, trouble);
    default:
      return strikeHost(world, world.hosts[trouble.host] as Host, trouble);
  }
}

function disturb(world: World, segment: number, what: Partial<Disturbance>): End {
  const disturbance: Disturbance = { ...UNDISTURBED, ...what };
  const disturbances = world.fabric.segments[segment]?.disturbances;
  disturbances?.add(disturbance);
  return () => disturbances?.delete(disturbance);
}

function partition(side: readonly number[], oneWay: boolean): Disturbance['blocks'] {
  return (from, to) => {
    const leaves = side.includes(from) && !side.includes(to);
    return leaves || (!oneWay && side.includes(to) && !side.includes(from));
  };
}

type InterfaceTrouble = Extract<Trouble, { kind: 'carrier' | 'admin-down' | 'replug' }>;

function strikeInterface(world: World, trouble: InterfaceTrouble): End {
  const state = world.sockets.get(`${trouble.host}/${trouble.interface}`);
  if (state === undefined) return undefined;
  if (trouble.kind === 'carrier') return cut(state);
  if (trouble.kind === 'admin-down') return setDown(state);
  return replug(state);
}

function isThere(state: InterfaceState): boolean {
  return state.host.kernel.link(state.index) !== undefined;
}

function cut(state: InterfaceState): End {
  state.cut += 1;
  if (isThere(state)) showInterface(state);
  return () => {
    state.cut -= 1;
    if (isThere(state)) showInterface(state);
  };
}

function setDown(state: InterfaceState): End {
  state.down += 1;
  if (isThere(state)) showInterface(state);
  return () => {
    state.down -= 1;
    if (!isThere(state)) return;
    showInterface(state);
    if (state.down === 0) giveAddresses(state, false);
  };
}

function replug(state: InterfaceState): End {
  if (!isThere(state)) return undefined;
  state.host.kernel.removeLink(state.index);
  return () => {
    state.index = (state.index + 10) as LinkIndex;
    showInterface(state);
    giveAddresses(state, true);
  };
}

type HostTrouble = Exclude<Trouble, InterfaceTrouble | { segment: number }>;

function strikeHost(world: World, host: Host, trouble: HostTrouble): End {
  switch (trouble.kind) {
    case 'freeze':
      freeze(host);
      return () => thaw(world, host);
    case 'slow':
      return slowDown(world, host, trouble.wait);
    case 'operations-fail':
      host.operationsFail = trouble.chance;
      return () => {
        host.operationsFail = 0;
      };
    case 'transmits-fail':
      host.transmitsFail = trouble.chance;
      return () => {
        host.transmitsFail = 0;
      };
    case 'tracker':
      return flap(world, host, trouble.tracker);
    case 'operator':
      return removeByHand(host, trouble.draw);
    case 'overrun':
      host.overruns += 1;
      return () => {
        host.overruns -= 1;
      };
    case 'reload':
      tell(world, host, { kind: 'configure', model: host.model });
      return undefined;
    default:
      return strikeProcess(world, host, trouble);
  }
}

type ProcessTrouble = Extract<Trouble, { kind: 'kill' | 'crash' | 'power' | 'stop' }>;

function strikeProcess(world: World, host: Host, trouble: ProcessTrouble): End {
  if (trouble.kind === 'kill') {
    if (host.process === undefined || host.absence > 0) return undefined;
    host.absence += 1;
    if (trouble.uses === undefined) kill(world, host);
    else host.fuse = trouble.uses;
    return () => {
      kill(world, host);
      comeBack(world, host);
    };
  }
  host.absence += 1;
  host.resume = undefined;
  if (trouble.kind === 'stop') {
    tell(world, host, { kind: 'stop' });
    return () => {
      endProcess(world, host, 'killed after it was told to stop');
      comeBack(world, host);
    };
  }
  endProcess(world, host, trouble.kind === 'power' ? 'lost its power' : 'crashed');
  const restore = trouble.kind === 'power' ? loseMemory(world, host) : undefined;
  return () => {
    restore?.();
    comeBack(world, host);
  };
}

function kill(world: World, host: Host): void {
  if (host.process === undefined) return;
  host.resume = resumable(host, world.queue.now());
  endProcess(world, host, 'killed');
}

/** Nothing that was added at run time survives, and no cable carries anything. */
function loseMemory(world: World, host: Host): () => void {
  for (const instance of host.model.instances) {
    for (const { address } of [...instance.addresses, ...instance.excludedAddresses]) {
      for (const { entry } of [...host.kernel.addresses()]) {
        if (entry.address === address) host.kernel.removeAddress(entry, 0);
      }
    }
  }
  const ends = [...world.sockets.values()].filter((state) => state.host === host).map(cut);
  return () => {
    for (const end of ends) end?.();
  };
}

function slowDown(world: World, host: Host, wait: Duration): End {
  host.slowness = wait;
  return () => {
    host.slowness = microseconds(0);
    host.thawedAt = (world.queue.now() + wait) as Instant;
  };
}

function flap(world: World, host: Host, tracker: string): End {
  const turn = (): void => {
    const up = !(host.verdicts.get(tracker) ?? true);
    host.verdicts.set(tracker, up);
    world.observer.noted(world.queue.now(), `${host.name} ${tracker} ${up ? 'up' : 'down'}`);
    tell(world, host, verdict(tracker, up));
  };
  turn();
  return turn;
}

function removeByHand(host: Host, draw: number): End {
  const virtual = host.model.instances.flatMap((each) => each.addresses);
  const chosen = virtual[draw % virtual.length];
  // At times the news of it is lost.
  const isLost = draw % 3 === 0;
  if (isLost) host.overruns += 1;
  for (const { entry } of [...host.kernel.addresses()]) {
    if (entry.address === chosen?.address) host.kernel.removeAddress(entry, 4_242);
  }
  if (isLost) host.overruns -= 1;
  return undefined;
}
