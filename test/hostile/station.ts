/** A host with masters and backups of every kind, on ports that do nothing but count. */
import { type Address, type Mac, parseAddress } from '../../src/base/address.ts';
import type { Instant, WallTime } from '../../src/base/units.ts';
import { createDriver, type Driver } from '../../src/engine/driver.ts';
import type { InstanceModel } from '../../src/engine/model.ts';
import type { LinkAddress, LinkIndex, ReceivedDatagram } from '../../src/ports.ts';
import { instanceOf } from '../conformance/engine-model.ts';
import { parseCommand } from '../conformance/words.ts';

export interface Station {
  readonly driver: Driver;
  readonly instances: readonly InstanceModel[];
  /** Hands datagrams over in one read, at the present instant. */
  receive(datagrams: readonly ReceivedDatagram[]): void;
  /** Lets time pass and serves what is due. */
  pass(microseconds: number): void;
  readonly now: Instant;
}

export const LINK = 2 as LinkIndex;
export const OWN_IPV4 = known('10.0.0.1');
export const OWN_IPV6 = known('fe80::1');
export const PEER_IPV4 = known('10.0.0.2');
export const PEER_IPV6 = known('fe80::2');

/** `M` becomes master and meets lower priorities, `B` is kept a backup by higher ones. */
const INSTANCES = [
  'M3 vrid=1 priority=250 vip=10.0.0.101/24',
  'B3 vrid=2 priority=50 vip=10.0.0.102/24,10.0.1.102/24',
  'M2 vrid=3 version=2 priority=250 auth=secret vip=10.0.0.103/24',
  'B2 vrid=4 version=2 priority=50 auth=secret nopreempt vip=10.0.0.104/24',
  'N2 vrid=5 version=2 priority=50 vip=none excluded=10.0.0.105/32',
  'M6 vrid=6 ipv6 priority=250 vip=fe80::106/64,2001:db8::106/64',
  'B6 vrid=7 ipv6 priority=50 preempt_delay=5s vip=fe80::107/64',
  'MU vrid=8 priority=250 unicast=10.0.0.2 check_unicast_src min_ttl=250 vip=10.0.0.108/24',
  'BU vrid=9 priority=50 unicast=10.0.0.2 vip=10.0.0.109/24 interval=100ms',
  'U6 vrid=10 ipv6 priority=50 unicast=fe80::2 check_unicast_src max_ttl=254 vip=fe80::110/64',
];

/** A driver that asks for more wake-ups than this at one time does not come to rest. */
const WAKES_MAX = 10_000;

export function known(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

export function createStation(): Station {
  const instances = INSTANCES.map((line) => {
    const { name, options } = parseCommand(line);
    return instanceOf(name, options);
  });
  let now = 0 as Instant;
  let armed: Instant | undefined;
  let arrived: readonly ReceivedDatagram[] = [];
  const driver = createDriver({
    model: {
      instances,
      groups: [],
      staticEntries: [],
      host: {
        startupDelay: 0 as never,
        garpInterval: 0 as never,
        gnaInterval: 0 as never,
        logUnknownVrids: true,
        addressLifetimes: false,
      },
    },
    resume: undefined,
    ports: {
      clock: { now: () => now, wall: () => now as number as WallTime },
      timer: {
        arm: (at) => {
          armed = at;
        },
      },
      network: {
        listen: () => [],
        transmit: () => [],
        announce: () => [],
        receive: (limit) => {
          const read = arrived.slice(0, limit);
          arrived = arrived.slice(limit);
          return read;
        },
      },
      kernel: {
        watch: () => {},
        observe: () => ({
          links: [link()],
          addresses: [own(OWN_IPV4), own(OWN_IPV6)],
          routes: [],
          rules: [],
        }),
        apply: (operations) => operations.map(() => ({ done: true })),
        changes: () => [],
      },
      report: () => {},
    },
  });
  driver.start();
  return {
    driver,
    instances,
    get now() {
      return now;
    },
    receive(datagrams) {
      arrived = datagrams;
      driver.networkReady();
    },
    pass(length) {
      const until = (now + length) as Instant;
      for (let wakes = 0; armed !== undefined && armed <= until; wakes += 1) {
        if (wakes > WAKES_MAX) throw new Error(`no rest before ${until}`);
        now = Math.max(now, armed) as Instant;
        driver.timerDue();
      }
      now = until;
    },
  };
}

function link() {
  return {
    index: LINK,
    name: 'eth0',
    up: true,
    running: true,
    noArp: false,
    multicast: true,
    loopback: false,
    mtu: 1500,
    mac: '02:00:00:00:00:02' as Mac,
    parent: undefined,
  };
}

function own(address: Address): LinkAddress {
  const rest = { label: undefined, broadcast: undefined, peer: undefined, protocol: 0 };
  const flags = { tentative: false, duplicate: false };
  return { link: LINK, address, prefix: 24, scope: 'global', ...flags, ...rest };
}
