/** What stands on the bus: object paths, interfaces and states, named as keepalived names them. */

export const vrrpInterface = 'org.keepalived.Vrrp1.Vrrp';
export const instanceInterface = 'org.keepalived.Vrrp1.Instance';

const rootPath = '/org/keepalived/Vrrp1';

/** Where a daemon stands among several of one bus. */
export interface Place {
  readonly namespace: string | undefined;
  readonly instance: string | undefined;
}

export function vrrpPath(place: Place): string {
  return `${base(place)}/Vrrp`;
}

export interface InstancePlace {
  readonly interface: string;
  readonly virtualRouterId: number;
  readonly family: 'ipv4' | 'ipv6';
}

export function instancePath(place: Place, where: InstancePlace): string {
  const family = where.family === 'ipv4' ? 'IPv4' : 'IPv6';
  const { virtualRouterId } = where;
  return `${base(place)}/Instance/${element(where.interface)}/${virtualRouterId}/${family}`;
}

function base({ namespace, instance }: Place): string {
  const parts = [namespace, instance].filter((part) => part !== undefined);
  return [rootPath, ...parts.map(element)].join('/');
}

/** What an object path cannot hold becomes an underscore. */
function element(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_');
}

/** keepalived's numbers and words. */
export type BusState = readonly [number: number, word: string];

const states: Readonly<Record<string, BusState>> = {
  init: [0, 'Init'],
  backup: [1, 'Backup'],
  master: [2, 'Master'],
  fault: [3, 'Fault'],
  deleted: [97, 'Deleted'],
  stop: [98, 'Stop'],
};

export function busState(state: string): BusState {
  return states[state] ?? [99, 'Unknown'];
}

const doctype =
  '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">';

const argument = (type: string, direction: 'in' | 'out') =>
  `<arg type="${type}" direction="${direction}"/>`;
const method = (name: string, ...inside: readonly string[]) =>
  inside.length === 0
    ? `<method name="${name}"/>`
    : `<method name="${name}">${inside.join('')}</method>`;
const signal = (name: string, ...types: readonly string[]) =>
  types.length === 0
    ? `<signal name="${name}"/>`
    : `<signal name="${name}">${types.map((type) => `<arg type="${type}"/>`).join('')}</signal>`;
const interfaceOf = (name: string, ...inside: readonly string[]) =>
  `<interface name="${name}">${inside.join('')}</interface>`;

const everywhere = [
  interfaceOf('org.freedesktop.DBus.Introspectable', method('Introspect', argument('s', 'out'))),
  interfaceOf(
    'org.freedesktop.DBus.Peer',
    method('Ping'),
    method('GetMachineId', argument('s', 'out')),
  ),
  interfaceOf(
    'org.freedesktop.DBus.Properties',
    method('Get', argument('s', 'in'), argument('s', 'in'), argument('v', 'out')),
    method('GetAll', argument('s', 'in'), argument('a{sv}', 'out')),
    method('Set', argument('s', 'in'), argument('s', 'in'), argument('v', 'in')),
    signal('PropertiesChanged', 's', 'a{sv}', 'as'),
  ),
];

const ofVrrp = interfaceOf(
  vrrpInterface,
  ...['PrintData', 'PrintStats', 'PrintStatsClear', 'ReloadConfig'].map((name) => method(name)),
  ...['VrrpStarted', 'VrrpReloaded', 'VrrpStopped'].map((name) => signal(name)),
);

const ofInstance = interfaceOf(
  instanceInterface,
  method('SendGarp'),
  signal('VrrpStatusChange', 'u'),
  '<property type="s" name="Name" access="read"/>',
  '<property type="(us)" name="State" access="read"/>',
);

/** The introspection data of a path; undefined where nothing stands at or below it. */
export function introspect(
  path: string,
  objects: ReadonlyMap<string, 'vrrp' | 'instance'>,
): string | undefined {
  const prefix = path === '/' ? '/' : `${path}/`;
  const children = new Set<string>();
  for (const known of objects.keys()) {
    if (known.startsWith(prefix)) children.add(known.slice(prefix.length).split('/', 1).join());
  }
  const kind = objects.get(path);
  if (kind === undefined && children.size === 0) return undefined;
  const own = kind === undefined ? [] : [...everywhere, kind === 'vrrp' ? ofVrrp : ofInstance];
  const nodes = [...children].sort().map((name) => `<node name="${name}"/>`);
  return `${doctype}\n<node>${[...own, ...nodes].join('')}</node>\n`;
}
