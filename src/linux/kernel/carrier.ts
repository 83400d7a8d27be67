/** Asks a driver whether its interface has carrier, by the ioctls of linkbeat: for drivers that do not tell it by themselves. */
import type { CarrierMethod, OperationResult, PortError } from '../../ports.ts';
import { allocate, close, ioctl, lastErrno, portError } from '../ffi.ts';
import { AF_INET, openDatagram } from '../socket.ts';

const SIOCGIFFLAGS = 0x8913;
const SIOCETHTOOL = 0x8946;
const SIOCGMIIPHY = 0x8947;
const SIOCGMIIREG = 0x8948;
const ETHTOOL_GLINK = 0x0a;
const MII_BMSR = 1;
const BMSR_LSTATUS = 0x0004;
const IFF_UP_RUNNING = 0x41;
const NAME = 16;

/** struct ifreq, and behind it struct ethtool_value. */
const request = allocate(64);
const VALUE_AT = 48;

const METHODS: readonly CarrierMethod[] = ['MII', 'ETHTOOL', 'IOCTL'];

export function askCarrier(name: string, method: CarrierMethod | undefined): OperationResult {
  const opened = openDatagram(AF_INET);
  if (!opened.ok) return { done: false, error: opened.error };
  try {
    let error: PortError | undefined;
    for (const each of method === undefined ? METHODS : [method]) {
      const answer = ask(opened.value, name, each);
      if (typeof answer === 'boolean') return { done: true, was: answer ? 'up' : 'down' };
      error = answer;
    }
    return { done: false, error: error ?? portError(0) };
  } finally {
    close(opened.value);
  }
}

function ask(fd: number, name: string, method: CarrierMethod): boolean | PortError {
  const { bytes, view } = request;
  bytes.fill(0);
  for (let at = 0; at < name.length && at < NAME - 1; at += 1) bytes[at] = name.charCodeAt(at);
  const call = (number: number): boolean => ioctl(fd, number, request.address) === 0;
  if (method === 'ETHTOOL') {
    view.setUint32(VALUE_AT, ETHTOOL_GLINK, true);
    view.setBigUint64(NAME, BigInt(request.address + VALUE_AT), true);
    return call(SIOCETHTOOL) ? view.getUint32(VALUE_AT + 4, true) !== 0 : portError(lastErrno());
  }
  if (method === 'IOCTL') {
    if (!call(SIOCGIFFLAGS)) return portError(lastErrno());
    return (view.getUint16(NAME, true) & IFF_UP_RUNNING) === IFF_UP_RUNNING;
  }
  // The first call fills in the number of the PHY, which the second needs.
  if (!call(SIOCGMIIPHY)) return portError(lastErrno());
  view.setUint16(NAME + 2, MII_BMSR, true);
  if (!call(SIOCGMIIREG)) return portError(lastErrno());
  return (view.getUint16(NAME + 6, true) & BMSR_LSTATUS) !== 0;
}
