/** Services as the balancer runs them beside what is configured, with their counters. */
import { serviceName } from '../../base/service.ts';
import type { ServicesAnswer } from '../../daemon/balancing/orders.ts';
import { type PackedModel, unpackModel } from '../../daemon/balancing/packed-model.ts';
import type { ServiceCommands } from '../../daemon/balancing/plan.ts';
import type { DaemonPlan } from '../../daemon/reading/plan.ts';
import type { BalancedServer, BalancedService } from '../../engine/balancer/model.ts';
import type { ServerSnapshot, ServiceSnapshot } from '../../engine/balancer/snapshot.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import type { SnmpServer, SnmpService } from '../../engine/translation/snmp-services.ts';
import { type Counts, ratesOf, serverCounts, serviceCounts, type TrafficPair } from './traffic.ts';

export type ServicesNow = Extract<ServicesAnswer, { readonly kind: 'services' }>;

export interface ServicePicture {
  readonly written: SnmpService;
  readonly model: BalancedService;
  /** undefined while the balancer is not ready to tell. */
  readonly now: ServiceSnapshot | undefined;
  readonly commands: ServiceCommands | undefined;
  readonly servers: readonly ServerPicture[];
  readonly counts: Counts;
  readonly rates: Counts;
}

export interface ServerPicture {
  readonly written: SnmpServer | undefined;
  readonly model: BalancedServer;
  readonly now: ServerSnapshot | undefined;
  readonly counts: Counts;
  readonly rates: Counts;
}

/** In the order of the balancer, which is that of the configuration. */
export function servicePictures(
  plan: DaemonPlan,
  terms: SnmpModel,
  now: ServicesNow | undefined,
  traffic: TrafficPair,
): readonly ServicePicture[] {
  const { balancer } = plan;
  if (balancer === undefined) return [];
  const written = new Map(terms.services.map((service) => [headerName(service), service]));
  const snapshots = new Map(now?.snapshot?.services.map((service) => [service.id, service]));
  return servicesOf(balancer.model).flatMap((model) => {
    const own = written.get(modelName(model));
    if (own === undefined) return [];
    const snapshot = snapshots.get(model.id);
    const names = new Set(model.keys.map(serviceName));
    return [
      {
        ...{ written: own, model, now: snapshot },
        commands: balancer.scripts.get(model.id),
        servers: model.servers.map((server) => ({
          model: server,
          written: writtenServer(own, server),
          now: snapshot?.servers.find(({ name }) => name === server.name),
          ...ratesOf(traffic, (reading) => serverCounts(reading, names, server)),
        })),
        ...ratesOf(traffic, (reading) => serviceCounts(reading, names)),
      },
    ];
  });
}

const unpacked = new WeakMap<PackedModel, readonly BalancedService[]>();

/** Unpacked once: a walk asks many times. */
function servicesOf(model: PackedModel): readonly BalancedService[] {
  const services = unpacked.get(model) ?? unpackModel(model).services;
  unpacked.set(model, services);
  return services;
}

/** What both sides know a service by. */
function headerName({ header, protocol }: SnmpService): string {
  switch (header.kind) {
    case 'address':
      return `[${header.address}]:${protocol}:${header.port ?? 0}`;
    case 'fwmark':
      return `FWM ${header.mark}`;
    case 'group':
      return `${protocol} group ${header.name}`;
  }
}

function modelName({ id, label }: BalancedService): string {
  return / group /.test(id) ? id : label;
}

function writtenServer({ servers }: SnmpService, model: BalancedServer): SnmpServer | undefined {
  const same = servers.filter(({ address }) => address === model.address);
  return same.find(({ port }) => port === model.port) ?? same[0];
}
