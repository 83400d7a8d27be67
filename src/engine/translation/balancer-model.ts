/**
 * From a configuration to what the balancer does: inheritance, and keepalived's corrections (behaviour 18), of which the
 * rules of the language tell.
 */
import { type Address, type Family, familyOf } from '../../base/address.ts';
import {
  type Forwarding,
  type ServiceKey,
  type ServiceProtocol,
  serverName,
  serviceName,
} from '../../base/service.ts';
import { toSeconds } from '../../base/units.ts';
import type { Model, VirtualServer } from '../../language/model.ts';
import { methodOf, sorryMethod } from '../../language/services/family.ts';
import { type Groups, groupsOf, keysOf, protocolOf } from '../../language/services/keys.ts';
import type { LvsMethod } from '../../language/values/lvs-method.ts';
import type {
  BalancedServer,
  BalancedService,
  BalancerModel,
  PlaneModel,
  SorryServer,
} from '../balancer/model.ts';
import { serverChecks } from './balancer-checks.ts';
import { keyFamily, type Setting, serviceSettings } from './balancer-settings.ts';
import { joinServices, type Translated } from './service-joining.ts';
import { type CommandModel, notifyCommand } from './supervisor-model.ts';

export interface BalancerTranslation {
  readonly model: BalancerModel;
  /** What is run when services and servers change; those of which nothing is run are not there. */
  readonly scripts: readonly ServiceScripts[];
}

export interface ServiceScripts extends UpDownScripts {
  /** `BalancedService.id`. */
  readonly service: string;
  /** By `BalancedServer.name`. */
  readonly servers: ReadonlyMap<string, UpDownScripts>;
}

export interface UpDownScripts {
  readonly up: CommandModel | undefined;
  readonly down: CommandModel | undefined;
}

interface Translator {
  readonly model: Model;
  readonly groups: Groups;
}

export function balancerModel(model: Model): BalancerTranslation {
  const translator: Translator = { model, groups: groupsOf(model) };
  const all = joinServices(
    model.virtual_server.flatMap((virtual) => translate(translator, virtual) ?? []),
  );
  const scripts = all.flatMap(({ service, scripts: { up, down, servers } }) =>
    up === undefined && down === undefined && servers.size === 0
      ? []
      : [{ service: service.id, up, down, servers }],
  );
  return {
    model: { services: all.map(({ service }) => service), plane: planeModel(model) },
    scripts,
  };
}

/** What concerns the data plane as a whole, whatever services there are. */
export function planeModel(model: Model): PlaneModel {
  const { lvs_timeouts: timeouts, lvs_flush_on_stop: flush } = model.global_defs;
  const whole = (length: NonNullable<typeof timeouts>['tcp']) =>
    length === undefined ? undefined : Math.floor(toSeconds(length));
  return {
    kind: model.global_defs.lvs_plane,
    timeouts:
      timeouts === undefined
        ? undefined
        : { tcp: whole(timeouts.tcp), tcpFin: whole(timeouts.tcpfin), udp: whole(timeouts.udp) },
    flushAtStart: model.global_defs.lvs_flush,
    flushAtStop: flush === undefined ? undefined : flush === 'VS' ? 'own' : 'all',
    synchronisation: synchronisationOf(model),
  };
}

/** In `global_defs`, or in the old form in the instance that it is tied to. */
function synchronisationOf({
  global_defs: global,
  vrrp_instance: instances,
}: Model): PlaneModel['synchronisation'] {
  const { lvs_sync_daemon: daemon } = global;
  if (daemon !== undefined) {
    const { instance, interface: name, id, maxlen, port, ttl, group } = daemon;
    return { instance, interface: name, id: id ?? 0, maximumLength: maxlen, port, ttl, group };
  }
  const tied = instances.find((one) => one.lvs_sync_daemon_interface !== undefined);
  if (tied?.lvs_sync_daemon_interface === undefined) return undefined;
  return {
    ...{ instance: tied.name, interface: tied.lvs_sync_daemon_interface },
    ...{ id: tied.virtual_router_id ?? 0, maximumLength: undefined, port: undefined },
    ...{ ttl: undefined, group: undefined },
  };
}

function translate(own: Translator, virtual: VirtualServer): Translated | undefined {
  if (virtual.real_server.length === 0) return undefined;
  const { service } = virtual;
  const protocol = protocolOf(virtual);
  const keys = keysOf(virtual, own.groups);
  if (keys.length === 0) return undefined;
  const label = labelOf(virtual, protocol);
  const scripts = new Map<string, UpDownScripts>();
  const servers = serversOf(own, virtual, { keys, label, protocol, scripts });
  if (servers.length === 0) return undefined;
  const total = servers.reduce((sum, { weight }) => sum + weight, 0);
  const quorum = Math.min(virtual.quorum, Math.max(1, total));
  const id = service.kind === 'group' ? `${protocol} group ${service.name}` : idOf(keys);
  const [up, down] = [virtual.quorum_up, virtual.quorum_down].map(notifyCommand);
  const translated: BalancedService = {
    id,
    label,
    keys,
    settings: serviceSettings(virtual, { keys, label, protocol }),
    servers,
    sorry: sorryOf(virtual, keys, protocol),
    quorum,
    hysteresis: Math.min(virtual.hysteresis, quorum - 1),
    alpha: virtual.alpha,
    omega: virtual.omega,
    suspendWithout: virtual.ha_suspend ? addressesOf(keys) : undefined,
    mail: virtual.smtp_alert ?? alertDefault(own.model) ?? false,
    alias: virtual.snmp_name,
  };
  return { service: translated, scripts: { up, down, servers: scripts } };
}

function idOf([key]: readonly ServiceKey[]): string {
  return key === undefined ? '' : serviceName(key);
}

function labelOf({ service }: VirtualServer, protocol: ServiceProtocol): string {
  switch (service.kind) {
    case 'address':
      return `[${service.address}]:${protocol}:${service.port ?? 0}`;
    case 'fwmark':
      return `FWM ${service.mark}`;
    case 'group':
      return `[${service.name}]:0`;
  }
}

/** Of `ha_suspend`; undefined where a mark leads to the servers wherever the addresses are. */
function addressesOf(keys: readonly ServiceKey[]): readonly Address[] | undefined {
  const addresses = keys.flatMap((key) => (key.kind === 'address' ? [key.address] : []));
  return addresses.length === keys.length ? [...new Set(addresses)] : undefined;
}

function forwardingOf(method: LvsMethod, masquerade: boolean): Forwarding {
  if (method.kind === 'NAT') return masquerade ? { kind: 'nat', masquerade } : { kind: 'nat' };
  if (method.kind === 'DR') return { kind: 'direct' };
  const { type, port, checksum: written } = method;
  const checksum = written === 'csum' ? 'checksum' : written === 'remcsum' ? 'remote' : 'none';
  if (type === 'gue') {
    return { kind: 'tunnel', tunnel: { kind: 'gue', port: port ?? 0, checksum } };
  }
  if (type === 'gre') return { kind: 'tunnel', tunnel: { kind: 'gre', checksum } };
  return { kind: 'tunnel', tunnel: { kind: 'ipip' } };
}

/** The first of each address and port. */
function serversOf(
  own: Translator,
  virtual: VirtualServer,
  setting: Setting & { readonly scripts: Map<string, UpDownScripts> },
): readonly BalancedServer[] {
  const servers = new Map<string, BalancedServer>();
  const families = new Set(setting.keys.map(keyFamily));
  const forwardingFor = lastForwarding();
  for (const node of virtual.real_server) {
    const forwarding = forwardingFor(
      methodOf(virtual, node),
      node.masquerade ?? virtual.masquerade,
    );
    const { address } = node.endpoint;
    if (!fitsFamily(address, forwarding, families)) continue;
    const place = placeOf(virtual, node.endpoint, forwarding);
    const name = nameOf(address, place.port);
    if (servers.has(name)) continue;
    const [up, down] = [notifyCommand(node.notify_up), notifyCommand(node.notify_down)];
    if (up !== undefined || down !== undefined) setting.scripts.set(name, { up, down });
    servers.set(name, {
      name,
      label: `[${address}]:${setting.protocol}:${place.shownPort}`,
      ...{ address, port: place.port, forwarding },
      weight: node.weight ?? virtual.weight,
      upper: node.uthreshold,
      lower: node.lthreshold,
      inhibit: node.inhibit_on_failure ?? virtual.inhibit_on_failure,
      checks: serverChecks({ model: own.model, virtual, server: node, port: place.checkedPort }),
      mail: node.smtp_alert ?? alertDefault(own.model) ?? true,
      tellsStart: own.model.global_defs.rs_init_notifies,
      alias: node.snmp_name,
    });
  }
  return [...servers.values()];
}

function fitsFamily(
  address: Address,
  forwarding: Forwarding,
  families: ReadonlySet<Family>,
): boolean {
  return forwarding.kind === 'tunnel' || families.has(familyOf(address));
}

/** Servers that are written alike, as most are, have one and the same: there may be tens of thousands of them. */
function lastForwarding(): (method: LvsMethod, masquerade: boolean) => Forwarding {
  let last: { readonly method: LvsMethod; readonly masquerade: boolean } | undefined;
  let forwarding: Forwarding = { kind: 'nat' };
  return (method, masquerade) => {
    if (last?.method !== method || last.masquerade !== masquerade) {
      forwarding = forwardingOf(method, masquerade);
      last = { method, masquerade };
    }
    return forwarding;
  };
}

interface Place {
  /** undefined follows each key. */
  readonly port: number | undefined;
  readonly shownPort: number;
  readonly checkedPort: number;
}

/** DR and TUN cannot change ports: a server has that of its service, and 0 where that is a mark. */
function placeOf(
  { service }: VirtualServer,
  endpoint: { readonly port: number | undefined },
  forwarding: Forwarding,
): Place {
  const servicePort = service.kind === 'address' ? (service.port ?? 0) : undefined;
  const checkedPort = endpoint.port ?? servicePort ?? 0;
  if (service.kind === 'address') {
    const port = forwarding.kind === 'nat' ? checkedPort : (servicePort ?? 0);
    return { port, shownPort: port, checkedPort };
  }
  if (service.kind === 'fwmark') {
    const port = forwarding.kind === 'nat' ? checkedPort : 0;
    return { port, shownPort: port, checkedPort };
  }
  const port = forwarding.kind === 'nat' ? endpoint.port : undefined;
  return { port, shownPort: checkedPort, checkedPort };
}

function nameOf(address: Address, port: number | undefined): string {
  return port === undefined ? address : serverName({ address, port });
}

function sorryOf(
  virtual: VirtualServer,
  keys: readonly ServiceKey[],
  protocol: ServiceProtocol,
): SorryServer | undefined {
  const { sorry_server: endpoint } = virtual;
  if (endpoint === undefined) return undefined;
  const { address } = endpoint;
  const forwarding = forwardingOf(sorryMethod(virtual), virtual.masquerade);
  if (!fitsFamily(address, forwarding, new Set(keys.map(keyFamily)))) return undefined;
  const { port, shownPort } = placeOf(virtual, endpoint, forwarding);
  return {
    label: `[${address}]:${protocol}:${shownPort}`,
    ...{ address, port, forwarding },
    inhibit: virtual.sorry_server_inhibit,
  };
}

function alertDefault({ global_defs: global }: Model): boolean | undefined {
  return global.smtp_alert_checker ?? global.smtp_alert;
}
