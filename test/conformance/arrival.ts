/** `advertisement from=10.0.0.2 priority=150` -> the datagram as the kernel would hand it over. */
import { familyOf } from '../../src/base/address.ts';
import { type Instant, seconds } from '../../src/base/units.ts';
import type { LinkIndex, ReceivedDatagram } from '../../src/ports.ts';
import { encodeAdvertisement, encodeSecret } from '../../src/wire/vrrp.ts';
import {
  addressOf,
  type Command,
  durationOf,
  instantOf,
  isSet,
  numberOf,
  type Options,
} from './words.ts';

export function arrival({ name, options }: Command, now: Instant): ReceivedDatagram {
  const source = addressOf(options, 'from', '10.0.0.2');
  const isIpv4 = familyOf(source) === 'ipv4';
  const destination = addressOf(options, 'to', isIpv4 ? '224.0.0.18' : 'ff02::12');
  return {
    link: numberOf(options, 'link', 2) as LinkIndex,
    source,
    destination,
    hopLimit: numberOf(options, 'ttl', 255),
    receivedAt: instantOf(options, 'received') ?? now,
    payload:
      name === 'datagram'
        ? Uint8Array.from(Buffer.from(options.get('hex') ?? '', 'hex'))
        : payloadOf(options, { source, destination }),
  };
}

function payloadOf(
  options: Options,
  on: Pick<ReceivedDatagram, 'source' | 'destination'>,
): Uint8Array {
  const family = familyOf(on.source);
  const vip = options.get('vip') ?? (family === 'ipv4' ? '10.0.0.100' : 'fe80::100');
  const secret = options.get('auth');
  const bytes = encodeAdvertisement(
    {
      version: numberOf(options, 'version', 3) === 2 ? 2 : 3,
      virtualRouterId: numberOf(options, 'vrid', 10),
      priority: numberOf(options, 'priority', 100),
      interval: durationOf(options, 'interval', seconds(1)),
      addresses: vip
        .split(',')
        .filter((word) => word !== 'none')
        .map((text) => addressOf(new Map([['vip', text]]), 'vip', '')),
      authentication:
        secret === undefined ? { kind: 'none' } : { kind: 'pass', data: encodeSecret(secret) },
    },
    {
      ...on,
      family,
      checksum: isSet(options, 'without_pseudo_header') ? 'without-pseudo-header' : 'standard',
    },
  );
  if (options.get('checksum') === 'bad') bytes[6] = (bytes[6] ?? 0) ^ 0x10;
  if (options.has('type')) bytes[0] = ((bytes[0] ?? 0) & 0xf0) | numberOf(options, 'type', 1);
  return options.has('cut') ? bytes.slice(0, numberOf(options, 'cut', 0)) : bytes;
}
