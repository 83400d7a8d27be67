/** Datagrams that somebody might send: right ones, wrong ones with one thing wrong, damaged ones, and noise. */
import { type Address, familyOf } from '../../src/base/address.ts';
import { writeUint16 } from '../../src/base/bytes.ts';
import type { Random } from '../../src/base/random.ts';
import { type Instant, seconds } from '../../src/base/units.ts';
import type { InstanceModel } from '../../src/engine/model.ts';
import type { RejectReason } from '../../src/engine/report.ts';
import type { LinkIndex, ReceivedDatagram } from '../../src/ports.ts';
import { addressSum, addWords, checksumOf } from '../../src/wire/ip.ts';
import { type Advertisement, encodeAdvertisement, encodeSecret } from '../../src/wire/vrrp.ts';
import { known, LINK, OWN_IPV4, OWN_IPV6, PEER_IPV4, PEER_IPV6 } from './station.ts';

export interface Forgery {
  readonly datagram: ReceivedDatagram;
  /** The one reason for which it must be refused; undefined where chance decides. */
  readonly reason: RejectReason | undefined;
}

type Loose<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type Draft = Loose<Omit<ReceivedDatagram, 'payload'>> & { message: Loose<Advertisement> };

const STRANGER_IPV4 = known('10.0.0.77');
const STRANGER_IPV6 = known('fe80::77');

/** An advertisement that its instance heeds; `M` instances hear a lower priority, the others a higher one. */
function draftFor(instance: InstanceModel, at: Instant): Draft {
  const isIpv4 = instance.family === 'ipv4';
  const { transport, authentication, version } = instance;
  const own = isIpv4 ? OWN_IPV4 : OWN_IPV6;
  return {
    link: LINK,
    source: isIpv4 ? PEER_IPV4 : PEER_IPV6,
    destination: transport.kind === 'multicast' ? transport.group : own,
    hopLimit: transport.kind === 'multicast' ? 255 : 254,
    receivedAt: at,
    message: {
      version,
      virtualRouterId: instance.virtualRouterId,
      priority: instance.name.startsWith('M') ? 20 : 200,
      interval: instance.advertInterval,
      addresses: instance.addresses.map(({ address }) => address),
      authentication:
        authentication.kind === 'pass'
          ? { kind: 'pass', data: encodeSecret(authentication.secret) }
          : { kind: 'none' },
    },
  };
}

function seal({ message, ...rest }: Draft): ReceivedDatagram {
  const { source, destination } = rest;
  const envelope = { family: familyOf(source), source, destination, checksum: 'standard' } as const;
  return { ...rest, payload: encodeAdvertisement(message, envelope) };
}

export function rightful(random: Random, instance: InstanceModel, at: Instant): Forgery {
  const draft = draftFor(instance, at);
  if (random.chance(0.1)) draft.message.priority = random.below(256);
  if (random.chance(0.1) && draft.message.version === 3) {
    draft.message.interval = (10_000 * random.within(1, 4095)) as Advertisement['interval'];
  }
  return { datagram: seal(draft), reason: undefined };
}

/** One thing is wrong, and the checksum is right. */
const flaws: readonly ((
  random: Random,
  draft: Draft,
  on: InstanceModel,
) => RejectReason | undefined)[] = [
  (random, draft, { transport }) => {
    if (transport.kind === 'unicast') return undefined;
    draft.hopLimit = random.below(255);
    return 'hop-limit';
  },
  (_random, draft, { transport }) => {
    if (transport.kind !== 'unicast') return undefined;
    const isLow = transport.peers.some(({ hopLimitMin }) => hopLimitMin > 0);
    if (!isLow) return undefined;
    draft.hopLimit = 249;
    return 'hop-limit';
  },
  (random, draft) => {
    draft.message.virtualRouterId = random.within(11, 255);
    return 'unknown-router';
  },
  (random, draft) => {
    draft.link = random.within(3, 9) as LinkIndex;
    return 'unknown-router';
  },
  (_random, draft) => {
    draft.message.version = draft.message.version === 2 ? 3 : 2;
    draft.message.interval = seconds(1);
    draft.message.authentication = { kind: 'none' };
    return 'version';
  },
  (_random, draft, { version, authentication }) => {
    if (version === 3) return undefined;
    draft.message.authentication =
      authentication.kind === 'none'
        ? { kind: 'pass', data: encodeSecret('secret') }
        : { kind: 'none' };
    return 'authentication-type';
  },
  (random, draft, { authentication }) => {
    if (authentication.kind === 'none') return undefined;
    const data = encodeSecret(authentication.secret);
    data[random.below(8)] = random.within(128, 255);
    draft.message.authentication = { kind: 'pass', data };
    return 'authentication-data';
  },
  (random, draft, { version }) => {
    if (version === 3) return undefined;
    draft.message.interval = seconds(random.within(2, 255));
    return 'interval';
  },
  (_random, draft) => {
    draft.source = familyOf(draft.source) === 'ipv4' ? OWN_IPV4 : OWN_IPV6;
    return 'own-source';
  },
  (_random, draft, { transport }) => {
    if (transport.kind !== 'unicast' || !transport.checkSource) return undefined;
    draft.source = familyOf(draft.source) === 'ipv4' ? STRANGER_IPV4 : STRANGER_IPV6;
    return 'unknown-peer';
  },
  (_random, draft, { transport, family }) => {
    draft.destination =
      transport.kind === 'unicast'
        ? groupOf(family === 'ipv4')
        : otherDestination(family === 'ipv4');
    return 'destination';
  },
];

function groupOf(isIpv4: boolean): Address {
  return known(isIpv4 ? '224.0.0.18' : 'ff02::12');
}

function otherDestination(isIpv4: boolean): Address {
  return isIpv4 ? OWN_IPV4 : OWN_IPV6;
}

export function flawed(random: Random, instance: InstanceModel, at: Instant): Forgery {
  for (;;) {
    const draft = draftFor(instance, at);
    const reason = random.pick(flaws)(random, draft, instance);
    if (reason !== undefined) return { datagram: seal(draft), reason };
  }
}

/** A right one after bits were flipped, octets changed, cut off or added; half the time with a checksum to match. */
export function damaged(random: Random, instance: InstanceModel, at: Instant): Forgery {
  const datagram = seal(draftFor(instance, at));
  let payload = datagram.payload.slice();
  for (let blow = random.below(3); blow >= 0; blow -= 1) payload = strike(random, payload);
  if (random.chance(0.5)) resum({ ...datagram, payload }, instance.version === 2);
  return { datagram: { ...datagram, payload }, reason: undefined };
}

function strike(random: Random, payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = random.below(Math.max(1, payload.length));
  const kind = random.below(5);
  if (kind === 0) return payload.slice(0, at);
  if (kind === 1) return Uint8Array.from([...payload, ...noise(random, random.below(20))]);
  // The first octets decide most, so they are struck most.
  const place = kind === 2 ? at : random.below(Math.min(8, payload.length));
  if (place < payload.length) {
    payload[place] =
      kind === 3 ? (payload[place] ?? 0) ^ (1 << random.below(8)) : random.below(256);
  }
  return payload;
}

/** Writes the checksum that the message as it stands would need. */
function resum({ source, destination, payload }: ReceivedDatagram, isVersion2: boolean): void {
  if (payload.length < 8) return;
  const isIpv4 = familyOf(source) === 'ipv4';
  writeUint16(payload, 6, 0);
  const pseudo =
    isVersion2 && isIpv4 ? 0 : addressSum(source) + addressSum(destination) + 112 + payload.length;
  writeUint16(payload, 6, checksumOf(addWords(pseudo, payload, 0, payload.length)));
}

export function noisy(random: Random, instance: InstanceModel, at: Instant): Forgery {
  const payload = Uint8Array.from(noise(random, random.below(random.chance(0.05) ? 1_500 : 48)));
  if (random.chance(0.5) && payload.length > 1) payload[1] = instance.virtualRouterId;
  const { message: _, ...rest } = draftFor(instance, at);
  return { datagram: { ...rest, payload }, reason: undefined };
}

function noise(random: Random, length: number): readonly number[] {
  return Array.from({ length }, () => random.below(256));
}
