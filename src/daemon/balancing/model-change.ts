/** The difference between two models of the balancer, small enough for a channel where thousands of services stay. */
import { isEqual } from '../../config/equal.ts';
import type { BalancerModel } from '../../engine/balancer/model.ts';
import type { ModelChange } from './channel.ts';

export function changeBetween(before: BalancerModel, after: BalancerModel): ModelChange {
  const known = new Map(before.services.map((service) => [service.id, service]));
  return {
    order: after.services.map(({ id }) => id),
    services: after.services.filter((service) => !isEqual(known.get(service.id), service)),
    plane: after.plane,
  };
}

/** Services that stay are the same objects as before. */
export function changedModel(before: BalancerModel, change: ModelChange): BalancerModel {
  const known = new Map(before.services.map((service) => [service.id, service]));
  for (const service of change.services) known.set(service.id, service);
  const services = change.order.map((id) => known.get(id)).filter((one) => one !== undefined);
  return { services, plane: change.plane };
}
