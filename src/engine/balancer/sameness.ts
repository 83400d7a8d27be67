/** Whether two entries of a plane are the same, field by field: there may be tens of thousands to compare. */
import type {
  Forwarding,
  Persistence,
  ServerSettings,
  ServiceSettings,
} from '../../base/service.ts';

export function sameService(one: ServiceSettings, other: ServiceSettings): boolean {
  return (
    one.scheduler === other.scheduler &&
    one.onePacket === other.onePacket &&
    one.flags.length === other.flags.length &&
    one.flags.every((flag, index) => flag === other.flags[index]) &&
    samePersistence(one.persistence, other.persistence)
  );
}

function samePersistence(one: Persistence | undefined, other: Persistence | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.seconds === other.seconds && one.prefix === other.prefix && one.engine === other.engine
  );
}

export function sameServer(one: ServerSettings, other: ServerSettings): boolean {
  return (
    one.weight === other.weight &&
    one.upper === other.upper &&
    one.lower === other.lower &&
    sameForwarding(one.forwarding, other.forwarding)
  );
}

function sameForwarding(one: Forwarding, other: Forwarding): boolean {
  if (one.kind === 'nat' && other.kind === 'nat') return one.masquerade === other.masquerade;
  if (one.kind !== 'tunnel' || other.kind !== 'tunnel') return one.kind === other.kind;
  const [left, right] = [one.tunnel, other.tunnel];
  if (left.kind === 'ipip' || right.kind === 'ipip') return left.kind === right.kind;
  if (left.kind !== right.kind || left.checksum !== right.checksum) return false;
  return left.kind !== 'gue' || right.kind !== 'gue' || left.port === right.port;
}
