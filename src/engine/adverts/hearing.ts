/**
 * A received datagram -> the machine that it is for and the advertisement in it, or the reason why it is not heeded: the checks of
 * RFC 9568 section 7.1 in their order, and keepalived's own.
 */
import { type Address, familyOf, isMulticast } from '../../base/address.ts';
import { sameSecretly } from '../../base/bytes.ts';
import type { LinkIndex, Notary, ReceivedDatagram } from '../../ports.ts';
import {
  type Advertisement,
  AUTHENTICATION_AH,
  encodeSecret,
  peekVirtualRouterId,
} from '../../wire/vrrp.ts';
import type { Machine } from '../machine.ts';
import type { RejectReason } from '../report.ts';
import { checkAh, openAh } from './authentication-header.ts';
import { decodeHeard } from './checksum-form.ts';
import { checkSignature } from './signing.ts';

export type Hearing =
  | {
      readonly kind: 'heard';
      readonly machine: Machine;
      readonly advertisement: Advertisement;
      /** Whether it names other addresses than are configured. Only ever counted, never refused. */
      readonly isOther: boolean;
    }
  | {
      readonly kind: 'rejected';
      readonly machine: Machine | undefined;
      readonly reason: RejectReason;
      readonly detail: string;
    };

/** Finds machines by what a datagram shows of itself before it is decoded. */
export interface Directory {
  readonly machines: ReadonlyMap<number, readonly Machine[]>;
  /** The source addresses in use on this host: what comes from them is our own echo. */
  readonly ownSources: ReadonlySet<Address>;
  readonly notary: Notary | undefined;
}

function directoryKey(link: LinkIndex | 0, isIpv6: boolean, virtualRouterId: number): number {
  return link * 512 + (isIpv6 ? 256 : 0) + virtualRouterId;
}

export function createDirectory(
  machines: Iterable<Machine>,
  notary: Notary | undefined,
): Directory {
  const byKey = new Map<number, Machine[]>();
  const ownSources = new Set<Address>();
  for (const machine of machines) {
    if (machine.source !== undefined) ownSources.add(machine.source);
    const { interface: name, family, virtualRouterId } = machine.model;
    const link = name === undefined ? 0 : machine.link?.index;
    if (link === undefined) continue;
    const key = directoryKey(link as LinkIndex, family === 'ipv6', virtualRouterId);
    byKey.set(key, [...(byKey.get(key) ?? []), machine]);
  }
  return { machines: byKey, ownSources, notary };
}

export function hear(directory: Directory, received: ReceivedDatagram): Hearing {
  if (directory.ownSources.has(received.source)) return reject(undefined, 'own-source', '');
  if (received.ah === undefined) return hearPlain(directory, received);
  const opened = openAh(received);
  if (opened.kind === 'malformed') return reject(undefined, 'authentication-type', opened.detail);
  const hearing = hearPlain(directory, opened.datagram, true);
  if (hearing.kind === 'rejected') return hearing;
  const { machine } = hearing;
  const fault = checkAh(machine, received, opened.sequence, directory.notary);
  return fault === undefined ? hearing : reject(machine, fault.reason, fault.detail);
}

function hearPlain(directory: Directory, datagram: ReceivedDatagram, isWrapped = false): Hearing {
  const { payload } = datagram;
  const virtualRouterId = peekVirtualRouterId(payload);
  if (virtualRouterId === undefined) {
    return reject(undefined, 'truncated', `${payload.length} bytes`);
  }
  const machine = findMachine(directory, datagram, virtualRouterId);
  if (machine === undefined) {
    return reject(undefined, 'unknown-router', `virtual router id ${virtualRouterId}`);
  }
  if (!isWrapped && machine.model.authentication.kind === 'ah') {
    return reject(machine, 'authentication-type', 'no authentication header, configured is AH');
  }
  const hearing = check(machine, datagram);
  if (hearing.kind === 'rejected') return hearing;
  const fault = checkSignature(machine, datagram, directory.notary);
  return fault === undefined ? hearing : reject(machine, fault.reason, fault.detail);
}

/** Unicast instances may share a virtual router id on one link when their peers differ. */
function findMachine(
  directory: Directory,
  datagram: ReceivedDatagram,
  virtualRouterId: number,
): Machine | undefined {
  const isIpv6 = familyOf(datagram.source) === 'ipv6';
  const here = directory.machines.get(directoryKey(datagram.link, isIpv6, virtualRouterId));
  const anywhere = directory.machines.get(directoryKey(0, isIpv6, virtualRouterId));
  if (anywhere === undefined && here?.length === 1) return here[0];
  const candidates = [...(here ?? []), ...(anywhere ?? [])];
  const { source, destination } = datagram;
  return (
    candidates.find(({ model: { transport } }) =>
      transport.kind === 'unicast'
        ? transport.peers.some((peer) => peer.address === source)
        : transport.group === destination,
    ) ?? candidates[0]
  );
}

/** A master repeats itself: what was heard already, and would be judged the same, is not decoded again. */
function check(machine: Machine, datagram: ReceivedDatagram): Hearing {
  const before = machine.lastHeard;
  const { model } = machine;
  if (before !== undefined && before.model === model && isSame(before.datagram, datagram)) {
    const { advertisement, isOther } = before;
    return { kind: 'heard', machine, advertisement, isOther };
  }
  const hearing = examine(machine, datagram);
  if (hearing.kind === 'heard') {
    const { advertisement, isOther } = hearing;
    machine.lastHeard = { model, datagram, advertisement, isOther };
  }
  return hearing;
}

/** Whether everything that a judgement depends on is the same. */
function isSame(one: ReceivedDatagram, other: ReceivedDatagram): boolean {
  if (
    one.source !== other.source ||
    one.destination !== other.destination ||
    one.hopLimit !== other.hopLimit ||
    one.payload.length !== other.payload.length
  ) {
    return false;
  }
  if (one.payload === other.payload) return true;
  for (let at = 0; at < one.payload.length; at += 1) {
    if (one.payload[at] !== other.payload[at]) return false;
  }
  return true;
}

function examine(machine: Machine, datagram: ReceivedDatagram): Hearing {
  const { model } = machine;
  const { source, destination } = datagram;
  if (isMulticast(destination) !== (model.transport.kind === 'multicast')) {
    return reject(machine, 'destination', `sent to ${destination}`);
  }
  const distance = hopLimitProblem(machine, datagram);
  if (distance !== undefined) return reject(machine, 'hop-limit', distance);
  if (
    model.transport.kind === 'unicast' &&
    model.transport.checkSource &&
    !model.transport.peers.some((peer) => peer.address === source)
  ) {
    return reject(machine, 'unknown-peer', `${source} is not a unicast peer`);
  }
  const decoded = decodeHeard(machine, datagram);
  if (!decoded.ok) return reject(machine, decoded.error.reason, decoded.error.detail);
  return judge(machine, datagram, decoded.value);
}

function hopLimitProblem(machine: Machine, datagram: ReceivedDatagram): string | undefined {
  const { transport } = machine.model;
  const { hopLimit, source } = datagram;
  if (transport.kind === 'multicast') {
    return hopLimit === 255 ? undefined : `${hopLimit} instead of 255`;
  }
  const peer = transport.peers.find((known) => known.address === source);
  if (peer === undefined) return undefined;
  if (hopLimit >= peer.hopLimitMin && hopLimit <= peer.hopLimitMax) return undefined;
  return `${hopLimit}, not within ${peer.hopLimitMin} to ${peer.hopLimitMax}`;
}

/** What no checksum tells: version, authentication, interval, and the owner's deafness. */
function judge(
  machine: Machine,
  datagram: ReceivedDatagram,
  advertisement: Advertisement,
): Hearing {
  const { model } = machine;
  const { version, interval } = advertisement;
  if (version !== model.version) {
    return reject(machine, 'version', `version ${version}, configured is ${model.version}`);
  }
  const secret = authenticationProblem(machine, advertisement);
  if (secret !== undefined) return secret;
  if (version === 2 && interval !== model.advertInterval) {
    const theirs = interval / 1_000_000;
    const ours = model.advertInterval / 1_000_000;
    return reject(machine, 'interval', `${theirs} s, configured is ${ours} s`);
  }
  if (model.priority === 255 && model.ownerIgnoreAdverts) {
    return reject(
      machine,
      'owner-ignores',
      `priority ${advertisement.priority} from ${datagram.source}`,
    );
  }
  const isOther = addressListDiffers(machine, advertisement);
  return { kind: 'heard', machine, advertisement, isOther };
}

function authenticationProblem(
  machine: Machine,
  advertisement: Advertisement,
): Hearing | undefined {
  const wanted = machine.model.authentication;
  const given = advertisement.authentication;
  if (machine.model.version !== 2) return undefined;
  if (wanted.kind === 'ah' && given.kind === 'other' && given.type === AUTHENTICATION_AH) {
    return undefined;
  }
  if (wanted.kind !== given.kind) {
    const theirs = given.kind === 'other' ? `type ${given.type}` : given.kind;
    return reject(machine, 'authentication-type', `${theirs}, configured is ${wanted.kind}`);
  }
  if (wanted.kind !== 'pass' || given.kind !== 'pass') return undefined;
  if (given.data.length === 0) return undefined; // Version 2 over IPv6 carries no authentication bytes.
  const expected = encodeSecret(wanted.secret);
  const isSame =
    given.data.length >= expected.length && sameSecretly(given.data, 0, expected, expected.length);
  return isSame ? undefined : reject(machine, 'authentication-data', 'the password is another one');
}

/** Whether the advertised addresses are others than the configured ones, in any order. */
function addressListDiffers(machine: Machine, advertisement: Advertisement): boolean {
  const { addresses } = machine.model;
  if (addresses.length !== advertisement.addresses.length) return true;
  // Nearly always they stand in the same order.
  if (addresses.every(({ address }, index) => address === advertisement.addresses[index])) {
    return false;
  }
  const own = new Set(addresses.map((virtual) => virtual.address));
  return advertisement.addresses.some((address) => !own.has(address));
}

function reject(machine: Machine | undefined, reason: RejectReason, detail: string): Hearing {
  return { kind: 'rejected', machine, reason, detail };
}
