/** What is rehearsed: take-overs on a link that is not there, by instances of the kinds that the model has. */
import { parseAddress, parseMac } from '../../base/address.ts';
import { type Duration, milliseconds, seconds } from '../../base/units.ts';
import { plainAddress } from '../../engine/addresses/plain-address.ts';
import type { FailoverModel, InstanceModel, Transport } from '../../engine/model.ts';
import type { KernelState, Link, LinkAddress, LinkIndex } from '../../ports.ts';

export interface Play {
  readonly model: FailoverModel;
  /** What the kernel says of itself at the beginning. */
  readonly state: KernelState;
}

/** How many kinds of instances one play shows: each takes as long as the first. */
const kindsMost = 2;

/**
 * A take-over of one address for each kind of instance: what is sent for another version, family or password is other code,
 * which would be compiled and brought into the caches when it is needed.
 */
export function playOf({ instances, host: { addressLifetimes } }: FailoverModel): Play {
  const cast = new Map<string, InstanceModel>();
  for (const instance of instances) {
    const { version, family, authentication, transport } = instance;
    const kind = [version, family, authentication.kind, transport.kind].join(' ');
    if (!cast.has(kind)) cast.set(kind, partOf(instance, cast.size + 1));
    if (cast.size === kindsMost) break;
  }
  const model = { instances: [...cast.values()], groups: [], staticEntries: [] };
  return { model: { ...model, host: { ...host, addressLifetimes } }, state };
}

const loopback = 1 as LinkIndex;

export function address(text: string) {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`broken invariant: ${text} is an address`);
  return parsed;
}

const link: Link = {
  index: loopback,
  name: 'stage',
  up: true,
  running: true,
  noArp: false,
  multicast: true,
  loopback: false,
  mtu: 1_500,
  mac: parseMac('02:00:00:00:00:01'),
  parent: undefined,
};

function heldAddress(text: string, prefix: number): LinkAddress {
  return {
    link: loopback,
    address: address(text),
    prefix,
    scope: 'global',
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    tentative: false,
    duplicate: false,
    protocol: 0,
  };
}

/** A link that is not there, under the number of one that always is. */
const state: KernelState = {
  links: [link],
  addresses: [heldAddress('192.0.2.1', 24), heldAddress('fe80::1', 64)],
  routes: [],
  rules: [],
};

const host: FailoverModel['host'] = {
  startupDelay: 0 as Duration,
  garpInterval: 0 as Duration,
  gnaInterval: 0 as Duration,
  logUnknownVrids: false,
  addressLifetimes: true,
};

const part: InstanceModel = {
  name: 'rehearsal',
  interface: 'stage',
  virtualRouterId: 1,
  version: 3,
  family: 'ipv4',
  priority: 100,
  advertInterval: milliseconds(10),
  initialState: 'backup',
  preempt: true,
  preemptDelay: 0 as Duration,
  downTimerAdverts: 3,
  strict: false,
  accept: true,
  skipCheckAdvertAddresses: false,
  higherPrioritySendAdvert: false,
  lowerPriorityNoAdvert: false,
  ownerIgnoreAdverts: false,
  timerExpiredBackup: undefined,
  authentication: { kind: 'none' },
  checksumWithoutPseudoHeader: false,
  transport: { kind: 'multicast', group: address('224.0.0.18'), source: undefined },
  addresses: [plainAddress(address('192.0.2.2'), 24)],
  excludedAddresses: [],
  entries: [],
  promoteSecondaries: false,
  trackPrimary: true,
  trackSource: false,
  trackedInterfaces: [],
  trackers: [],
  garp: {
    masterRepeat: 5,
    masterDelay: milliseconds(50),
    masterRefresh: 0 as Duration,
    masterRefreshRepeat: 1,
    lowerPriorityRepeat: 5,
    lowerPriorityDelay: milliseconds(50),
  },
  receiveBuffer: undefined,
};

/** What is signed needs a notary, and the keys: it is played without. */
function partOf(instance: InstanceModel, number: number): InstanceModel {
  const { version, family, authentication, transport } = instance;
  const isIpv4 = family === 'ipv4';
  return {
    ...{ ...part, name: `rehearsal ${number}`, virtualRouterId: number, version, family },
    // All of them take over at one moment.
    advertInterval: seconds(1),
    authentication: authentication.kind === 'pass' ? authentication : part.authentication,
    transport: transportOf(transport.kind, isIpv4),
    addresses: [
      isIpv4
        ? plainAddress(address(`192.0.2.${number + 10}`), 24)
        : plainAddress(address(`2001:db8::${number}`), 64),
    ],
  };
}

function transportOf(kind: Transport['kind'], isIpv4: boolean): Transport {
  const source = undefined;
  if (kind === 'multicast') {
    return { kind, group: address(isIpv4 ? '224.0.0.18' : 'ff02::12'), source };
  }
  const peer = address(isIpv4 ? '192.0.2.3' : 'fe80::3');
  const peers = [{ address: peer, hopLimitMin: 0, hopLimitMax: 255 }];
  return { kind, source, hopLimit: 255, checkSource: false, peers };
}

/** A take-over of one address, for who has no model yet, or no time. */
export const shortPlay: Play = {
  model: { instances: [part], groups: [], host, staticEntries: [] },
  state,
};
