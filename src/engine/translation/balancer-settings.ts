/** How a service chooses its servers: scheduler, flags and persistence (behaviour 18). */
import { type Family, familyOf } from '../../base/address.ts';
import type {
  Persistence,
  SchedulerFlag,
  ServiceKey,
  ServiceProtocol,
  ServiceSettings,
} from '../../base/service.ts';
import { toSeconds } from '../../base/units.ts';
import type { VirtualServer } from '../../language/model.ts';

/** What is known of a service before its settings are. */
export interface Setting {
  readonly keys: readonly ServiceKey[];
  readonly label: string;
  readonly protocol: ServiceProtocol;
}

export function keyFamily(key: ServiceKey): Family {
  return key.kind === 'mark' ? key.family : familyOf(key.address);
}

const namedFlags = [
  ['flag-1', 1, undefined],
  ['flag-2', 2, undefined],
  ['flag-3', 3, undefined],
  ['sh-fallback', 1, 'sh'],
  ['sh-port', 2, 'sh'],
  ['mh-fallback', 1, 'mh'],
  ['mh-port', 2, 'mh'],
] as const;

/** What a service gets that cannot be without persistence, and one that only says how much of an address counts. */
const unsaidPersistence = 360;

export function serviceSettings(
  virtual: VirtualServer,
  { keys, protocol }: Setting,
): ServiceSettings {
  const scheduler = virtual.lb_algo ?? 'wlc';
  const flags = new Set<SchedulerFlag>();
  for (const [key, flag, only] of namedFlags) {
    if (virtual[key] && (only === undefined || only === scheduler)) flags.add(flag);
  }
  const { ops } = virtual;
  const marksOnly = keys.every(({ kind }) => kind === 'mark');
  return {
    scheduler,
    flags: [...flags].sort(),
    persistence: persistenceOf(virtual, keys),
    onePacket: ops && (marksOnly || protocol === 'udp'),
  };
}

function persistenceOf(
  virtual: VirtualServer,
  keys: readonly ServiceKey[],
): Persistence | undefined {
  const written = virtual.persistence_timeout;
  const isPortless = keys.some((key) => key.kind === 'address' && key.port === 0);
  const length = written === undefined ? undefined : Math.max(1, Math.floor(toSeconds(written)));
  const isMeant = isPortless || virtual.persistence_granularity !== undefined;
  const seconds = length ?? (isMeant ? unsaidPersistence : undefined);
  if (seconds === undefined) return undefined;
  const widest = keys.some((key) => keyFamily(key) === 'ipv6') ? 128 : 32;
  const prefix = prefixOf(virtual.persistence_granularity, widest);
  return { seconds, prefix, engine: virtual.persistence_engine };
}

/** A mask with holes, of the other family, or none, counts whole addresses. */
function prefixOf(written: string | undefined, widest: number): number {
  if (written === undefined) return widest;
  if (/^\d+$/.test(written)) {
    const number = Number(written);
    return number >= 1 && number <= widest ? number : widest;
  }
  const bits = written
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return widest === 32 && /^1+0*$/.test(bits) && bits.length === 32
    ? bits.lastIndexOf('1') + 1
    : widest;
}
