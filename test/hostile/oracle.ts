/**
 * Whether an instance may heed a datagram, judged a second time and by other means: straight from the octets, with the
 * checksum added up as RFC 1071 does it by hand.
 */
import { addressBytes, familyOf } from '../../src/base/address.ts';
import type { InstanceModel } from '../../src/engine/model.ts';
import type { ReceivedDatagram } from '../../src/ports.ts';
import { OWN_IPV4, OWN_IPV6 } from './station.ts';

/** The instance that must heed it, or undefined when nobody may. */
export function rightfulHearer(
  instances: readonly InstanceModel[],
  datagram: ReceivedDatagram,
): InstanceModel | undefined {
  const { source, payload } = datagram;
  if (source === OWN_IPV4 || source === OWN_IPV6) return undefined;
  const instance = instances.find(
    ({ virtualRouterId, family }) =>
      virtualRouterId === payload[1] && family === familyOf(source) && datagram.link === 2,
  );
  if (instance === undefined || !isForIt(instance, datagram)) return undefined;
  return isWellFormed(instance, datagram) ? instance : undefined;
}

function isForIt({ transport }: InstanceModel, datagram: ReceivedDatagram): boolean {
  const { source, destination, hopLimit } = datagram;
  if (transport.kind === 'multicast') {
    return (destination === '224.0.0.18' || destination === 'ff02::12') && hopLimit === 255;
  }
  if (destination === '224.0.0.18' || destination === 'ff02::12') return false;
  const peer = transport.peers.find(({ address }) => address === source);
  if (peer === undefined) return !transport.checkSource;
  return peer.hopLimitMin <= hopLimit && hopLimit <= peer.hopLimitMax;
}

function isWellFormed(instance: InstanceModel, datagram: ReceivedDatagram): boolean {
  const { payload } = datagram;
  const { version } = instance;
  const isIpv4 = instance.family === 'ipv4';
  if (payload.length < 8 || payload[0] !== version * 16 + 1) return false;
  const listed = 8 + (payload[3] ?? 0) * (isIpv4 ? 4 : 16);
  const whole = listed + (version === 2 && isIpv4 ? 8 : 0);
  if (payload.length < whole || !isSummed(datagram, whole, version === 3 || !isIpv4)) return false;
  const [, , , , fifth = 0, sixth = 0] = payload;
  if (version === 3) return (fifth % 16) * 256 + sixth > 0;
  if (sixth * 1_000_000 !== instance.advertInterval) return false;
  const secret = instance.authentication.kind === 'pass' ? instance.authentication.secret : '';
  if (fifth !== (secret === '' ? 0 : 1)) return false;
  return secret === '' || Buffer.from(payload.slice(listed, whole)).toString() === padded(secret);
}

function padded(secret: string): string {
  return secret.slice(0, 8).padEnd(8, '\0');
}

function isSummed(
  { source, destination, payload }: ReceivedDatagram,
  length: number,
  pseudo: boolean,
) {
  const head = pseudo
    ? [...addressBytes(source), ...addressBytes(destination), 0, 112, length >> 8, length & 255]
    : [];
  let sum = 0;
  const bytes = [...head, ...payload.subarray(0, length)];
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum === 0xffff;
}
