/**
 * What is written into the kernel beside a service and a server, as a comment that `nft list table` shows: so a daemon
 * that starts again knows what stands there. Readers are total: what is not ours is undefined.
 */
import { type Address, parseAddress } from '../../base/address.ts';
import {
  type Persistence,
  SCHEDULERS,
  type Scheduler,
  type SchedulerFlag,
  type Server,
  type ServiceKey,
  type ServiceProtocol,
  type ServiceSettings,
  serverName,
  serviceName,
} from '../../base/service.ts';

/** `tcp 192.0.2.1:80 wrr flags=0 persist=300/24 ops=no` */
export function serviceRecord(key: ServiceKey, settings: ServiceSettings): string {
  const { scheduler, flags, persistence, onePacket } = settings;
  const bits = flags.reduce<number>((sum, flag) => sum | (1 << (flag - 1)), 0);
  const ops = onePacket ? 'yes' : 'no';
  return `${serviceName(key)} ${scheduler} flags=${bits} persist=${persist(persistence)} ops=${ops}`;
}

function persist(persistence: Persistence | undefined): string {
  if (persistence === undefined) return 'no';
  const engine = persistence.engine === undefined ? '' : `/${persistence.engine}`;
  return `${persistence.seconds}/${persistence.prefix}${engine}`;
}

/** `tcp 192.0.2.1:80 > 10.0.0.1:80 nat weight=1 upper=0 lower=0` */
export function serverRecord(service: ServiceKey, server: Server): string {
  const { weight, upper, lower } = server;
  const limits = `weight=${weight} upper=${upper} lower=${lower}`;
  return `${serviceName(service)} > ${serverName(server)} ${forwardingWord(server)} ${limits}`;
}

function forwardingWord({ forwarding }: Server): string {
  if (forwarding.kind !== 'nat') return forwarding.kind;
  return forwarding.masquerade === true ? 'masquerade' : 'nat';
}

const SERVICE =
  /^((?:tcp|udp|sctp) \S+|mark \d+ ipv[46]) (\w+) flags=(\d+) persist=(\S+) ops=(yes|no)$/;
const SERVER =
  /^((?:tcp|udp|sctp) \S+|mark \d+ ipv[46]) > (\S+) (nat|masquerade|direct) weight=(\d+) upper=(\d+) lower=(\d+)$/;
const PERSIST = /^(\d+)\/(\d+)(?:\/(\S+))?$/;

export function parseServiceRecord(
  text: string,
): { readonly key: ServiceKey; readonly settings: ServiceSettings } | undefined {
  const [, name = '', scheduler = '', bits = '', persistence = '', ops] = SERVICE.exec(text) ?? [];
  const key = parseServiceName(name);
  if (key === undefined || !isScheduler(scheduler)) return undefined;
  const flags = ([1, 2, 3] as const).filter((flag) => (Number(bits) & (1 << (flag - 1))) !== 0);
  return {
    key,
    settings: settingsOf({ scheduler, flags, persistence, onePacket: ops === 'yes' }),
  };
}

function settingsOf(read: {
  readonly scheduler: Scheduler;
  readonly flags: readonly SchedulerFlag[];
  readonly persistence: string;
  readonly onePacket: boolean;
}): ServiceSettings {
  const { scheduler, flags, onePacket } = read;
  const [, seconds, prefix, engine] = PERSIST.exec(read.persistence) ?? [];
  const persistence =
    seconds === undefined
      ? undefined
      : { seconds: Number(seconds), prefix: Number(prefix), engine };
  return { scheduler, flags, persistence, onePacket };
}

export function parseServerRecord(
  text: string,
): { readonly service: ServiceKey; readonly server: Server } | undefined {
  const [, name = '', place = '', word, weight, upper, lower] = SERVER.exec(text) ?? [];
  const service = parseServiceName(name);
  const key = parsePlace(place);
  if (service === undefined || key === undefined) return undefined;
  const limits = { weight: Number(weight), upper: Number(upper), lower: Number(lower) };
  return { service, server: { ...key, forwarding: forwardingOf(word), ...limits } };
}

function forwardingOf(word: string | undefined): Server['forwarding'] {
  if (word === 'direct') return { kind: 'direct' };
  return word === 'masquerade' ? { kind: 'nat', masquerade: true } : { kind: 'nat' };
}

function isScheduler(word: string): word is Scheduler {
  return SCHEDULERS.some((scheduler) => scheduler === word);
}

function parseServiceName(name: string): ServiceKey | undefined {
  const [word = '', value = '', family] = name.split(' ');
  if (word === 'mark' && (family === 'ipv4' || family === 'ipv6')) {
    return { kind: 'mark', family, mark: Number(value) };
  }
  const place = parsePlace(value);
  if (place === undefined || !isProtocol(word)) return undefined;
  return { kind: 'address', protocol: word, ...place };
}

function isProtocol(word: string): word is ServiceProtocol {
  return word === 'tcp' || word === 'udp' || word === 'sctp';
}

function parsePlace(text: string): { address: Address; port: number } | undefined {
  const colon = text.lastIndexOf(':');
  const address = parseAddress(text.slice(0, colon).replace(/^\[|\]$/g, ''));
  return address === undefined ? undefined : { address, port: Number(text.slice(colon + 1)) };
}
