/** What the plane is to hold of a service: a function of its configuration and of the verdicts on its servers. */
import { type Family, familyOf } from '../../base/address.ts';
import {
  type Forwarding,
  type ServerKey,
  type ServerSettings,
  type ServiceKey,
  type ServiceSettings,
  serverName,
} from '../../base/service.ts';
import { sorryTableWeight, tableWeight } from '../../health/pool.ts';
import { type BalancedServer, type SorryServer, sorryWeight } from './model.ts';
import { type ServerState, type ServiceState, sorryServes } from './state.ts';

export interface WantedServer {
  readonly key: ServerKey;
  readonly settings: ServerSettings;
}

/** A group may hold addresses of both families, whose masks are not of one length. */
export function wantedSettings({ model }: ServiceState, key: ServiceKey): ServiceSettings {
  const { settings } = model;
  const { persistence } = settings;
  const widest = keyFamily(key) === 'ipv4' ? 32 : 128;
  if (persistence === undefined || persistence.prefix <= widest) return settings;
  return { ...settings, persistence: { ...persistence, prefix: widest } };
}

/** By `serverName`. */
export function wantedServers(
  service: ServiceState,
  key: ServiceKey,
): ReadonlyMap<string, WantedServer> {
  const wanted = new Map<string, WantedServer>();
  for (const server of service.servers.values()) {
    const found = wantedServer(service, server, key);
    if (found === undefined) continue;
    const name = serverName(found.key);
    if (!wanted.has(name)) wanted.set(name, found);
  }
  const sorry = wantedSorry(service, key);
  if (sorry !== undefined) {
    const name = serverName(sorry.key);
    // A sorry server that is a real server too is whichever of both serves.
    if (sorryServes(service) || !wanted.has(name)) wanted.set(name, sorry);
  }
  return wanted;
}

export function wantedServer(
  service: ServiceState,
  { model, up, weight, override }: ServerState,
  key: ServiceKey,
): WantedServer | undefined {
  const member = { up, weight, drained: override?.kind === 'drain', inhibit: model.inhibit };
  const shown = tableWeight(member, sorryServes(service));
  return shown === undefined ? undefined : placed(model, shown, key);
}

function wantedSorry(service: ServiceState, key: ServiceKey): WantedServer | undefined {
  const { sorry } = service.model;
  if (sorry === undefined) return undefined;
  const shown = sorryTableWeight(
    { inhibit: sorry.inhibit, weight: sorryWeight },
    sorryServes(service),
  );
  return shown === undefined ? undefined : placed({ ...sorry, upper: 0, lower: 0 }, shown, key);
}

type Placeable =
  | BalancedServer
  | (SorryServer & { readonly upper: number; readonly lower: number });

function placed(
  { address, port, forwarding, upper, lower }: Placeable,
  weight: number,
  key: ServiceKey,
): WantedServer | undefined {
  if (!reaches(forwarding, familyOf(address), key)) return undefined;
  return {
    key: placeIn({ address, port }, key),
    settings: { forwarding, weight, upper, lower },
  };
}

/** Where a server is in a service: a port that is not its own is that of the service. */
export function placeIn(
  { address, port }: Pick<BalancedServer, 'address' | 'port'>,
  key: ServiceKey,
): ServerKey {
  return { address, port: port ?? (key.kind === 'address' ? key.port : 0) };
}

function reaches(forwarding: Forwarding, family: Family, key: ServiceKey): boolean {
  return forwarding.kind === 'tunnel' || family === keyFamily(key);
}

function keyFamily(key: ServiceKey): Family {
  return key.kind === 'mark' ? key.family : familyOf(key.address);
}
