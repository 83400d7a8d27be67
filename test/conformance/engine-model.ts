/** The words of `instance`, `group` and `host` -> the model that the engine runs. */

import assert from 'node:assert/strict';
import type { Family } from '../../src/base/address.ts';
import { type Duration, seconds } from '../../src/base/units.ts';
import { plainAddress } from '../../src/engine/addresses/plain-address.ts';
import type {
  FailoverModel,
  GroupModel,
  InstanceModel,
  TrackerWeight,
  Transport,
  VirtualAddress,
} from '../../src/engine/model.ts';
import { entriesOf, staticAddresses } from './engine-entries.ts';
import { address, durationOf, isSet, numberOf, type Options } from './words.ts';

export interface Written {
  readonly instances: ReadonlyMap<string, Options>;
  readonly groups: ReadonlyMap<string, Options>;
  readonly host: Options;
}

const NEVER = 0 as Duration;

export function modelOf({ instances, groups, host }: Written): FailoverModel {
  return {
    instances: [...instances].map(([name, options]) => instanceOf(name, options)),
    groups: [...groups].map(([name, options]) => groupOf(name, options)),
    host: {
      startupDelay: durationOf(host, 'startup_delay', NEVER),
      garpInterval: durationOf(host, 'garp_interval', NEVER),
      gnaInterval: durationOf(host, 'gna_interval', NEVER),
      logUnknownVrids: isSet(host, 'log_unknown_vrids'),
      addressLifetimes: isSet(host, 'lifetimes'),
    },
    staticEntries: [
      ...staticAddresses(host, (options, key) => addressesOf(options, key, '')),
      ...entriesOf(host, 'static_'),
    ],
  };
}

function groupOf(name: string, options: Options): GroupModel {
  return {
    name,
    members: listOf(options, 'members'),
    trackedInterfaces: tracked(options, 'track_interface', 'interface'),
    trackers: tracked(options, 'tracker', 'tracker'),
    memberWeights: isSet(options, 'tracking_weight'),
  };
}

export function instanceOf(name: string, options: Options): InstanceModel {
  const family: Family = isSet(options, 'ipv6') ? 'ipv6' : 'ipv4';
  return {
    name,
    virtualRouterId: numberOf(options, 'vrid', 10),
    version: numberOf(options, 'version', 3) === 2 ? 2 : 3,
    family,
    priority: numberOf(options, 'priority', 100),
    advertInterval: durationOf(options, 'interval', seconds(1)),
    downTimerAdverts: numberOf(options, 'down_timer_adverts', 3),
    ...behaviourOf(options),
    authentication: options.has('auth')
      ? { kind: 'pass', secret: options.get('auth') ?? '' }
      : { kind: 'none' },
    transport: transportOf(options, family),
    addresses: addressesOf(options, 'vip', family === 'ipv4' ? '10.0.0.100/24' : 'fe80::100/64'),
    excludedAddresses: addressesOf(options, 'excluded', ''),
    entries: entriesOf(options),
    interface: options.get('if') === 'none' ? undefined : (options.get('if') ?? 'eth0'),
    trackedInterfaces: tracked(options, 'track_interface', 'interface'),
    trackers: tracked(options, 'tracker', 'tracker'),
    garp: garpOf(options),
    receiveBuffer: undefined,
  };
}

type Behaviour = Pick<
  InstanceModel,
  | 'initialState'
  | 'preempt'
  | 'preemptDelay'
  | 'strict'
  | 'accept'
  | 'skipCheckAdvertAddresses'
  | 'higherPrioritySendAdvert'
  | 'lowerPriorityNoAdvert'
  | 'ownerIgnoreAdverts'
  | 'timerExpiredBackup'
  | 'checksumWithoutPseudoHeader'
  | 'promoteSecondaries'
  | 'trackPrimary'
  | 'trackSource'
>;

function behaviourOf(options: Options): Behaviour {
  return {
    initialState: options.get('state') === 'master' ? 'master' : 'backup',
    preempt: !isSet(options, 'nopreempt'),
    preemptDelay: durationOf(options, 'preempt_delay', NEVER),
    strict: false,
    accept: true,
    skipCheckAdvertAddresses: isSet(options, 'skip_check_adv_addr'),
    higherPrioritySendAdvert: isSet(options, 'higher_prio_send_advert'),
    lowerPriorityNoAdvert: isSet(options, 'lower_prio_no_advert'),
    ownerIgnoreAdverts: isSet(options, 'owner_ignore_adverts'),
    timerExpiredBackup: options.has('timer_expired_backup')
      ? numberOf(options, 'timer_expired_backup', 0)
      : undefined,
    checksumWithoutPseudoHeader: isSet(options, 'v3_checksum_as_v2'),
    promoteSecondaries: isSet(options, 'promote_secondaries'),
    trackPrimary: !isSet(options, 'dont_track_primary'),
    trackSource: isSet(options, 'track_src_ip'),
  };
}

function garpOf(options: Options): InstanceModel['garp'] {
  return {
    masterRepeat: numberOf(options, 'garp_master_repeat', 1),
    masterDelay: durationOf(options, 'garp_master_delay', NEVER),
    masterRefresh: durationOf(options, 'garp_master_refresh', NEVER),
    masterRefreshRepeat: numberOf(options, 'garp_master_refresh_repeat', 1),
    lowerPriorityRepeat: numberOf(options, 'garp_lower_prio_repeat', 1),
    lowerPriorityDelay: durationOf(options, 'garp_lower_prio_delay', NEVER),
    ...(options.has('garp_extra_if')
      ? {
          extra: {
            interval: durationOf(options, 'garp_extra_if', NEVER),
            all: isSet(options, 'garp_extra_all'),
          },
        }
      : {}),
  };
}

function transportOf(options: Options, family: Family): Transport {
  const source = options.has('source') ? address(options.get('source') ?? '') : undefined;
  const peers = listOf(options, 'unicast');
  if (peers.length === 0) {
    const group = address(family === 'ipv4' ? '224.0.0.18' : 'ff02::12');
    return { kind: 'multicast', group, source };
  }
  return {
    kind: 'unicast',
    source,
    hopLimit: numberOf(options, 'unicast_ttl', 255),
    checkSource: isSet(options, 'check_unicast_src'),
    peers: peers.map((text) => ({
      address: address(text),
      hopLimitMin: numberOf(options, 'min_ttl', 0),
      hopLimitMax: numberOf(options, 'max_ttl', 255),
    })),
  };
}

/** `10.0.0.100/24,10.0.1.100/24@eth1`, or `10.1.0.0+1000` for a thousand in a row. */
function addressesOf(options: Options, key: string, fallback: string): readonly VirtualAddress[] {
  const text = options.get(key) ?? fallback;
  const [first = '', count] = text.split('+');
  if (count !== undefined) {
    const [a, b, c = 0, d = 0] = first.split('.').map(Number);
    return Array.from({ length: Number(count) }, (_, index) => {
      const low = c * 256 + d + index;
      return plainAddress(address(`${a}.${b}.${low >> 8}.${low & 255}`), 32);
    });
  }
  return text
    .split(',')
    .filter((word) => word !== '' && word !== 'none')
    .map((word) => {
      const [, host = '', prefix = '', dev] = /^([^/]+)\/(\d+)(?:@(.+))?$/.exec(word) ?? [];
      return plainAddress(address(host), Number(prefix), dev);
    });
}

/** `eth1@-20@reverse,eth2` */
function tracked<Key extends string>(
  options: Options,
  key: string,
  field: Key,
): readonly (TrackerWeight & { readonly [Name in Key]: string })[] {
  return listOf(options, key).map((word) => {
    const [name = '', weight = '0', reverse] = word.split('@');
    assert.ok(Number.isInteger(Number(weight)), word);
    const what = { [field]: name } as { readonly [Name in Key]: string };
    return { ...what, weight: Number(weight), reverse: reverse === 'reverse' };
  });
}

function listOf(options: Options, key: string): readonly string[] {
  return (options.get(key) ?? '').split(',').filter((word) => word !== '' && word !== 'none');
}
