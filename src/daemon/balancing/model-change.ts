/** The difference between two models of the balancer, small enough for a channel where thousands of services stay. */
import { isEqual } from '../../config/equal.ts';
import type { BalancerModel } from '../../engine/balancer/model.ts';
import type { ModelChange } from './channel.ts';
import { bytesAt, type PackedModel, packedAt, unpackModel } from './packed-model.ts';

/** undefined when there is none. */
export function changeBetween(before: PackedModel, after: PackedModel): ModelChange | undefined {
  const known = new Map(before.services.map(({ id }, place) => [id, place]));
  const fresh = [...after.services.keys()].filter((place) => {
    const old = known.get(after.services[place]?.id ?? '');
    return old === undefined || Buffer.compare(bytesAt(before, old), bytesAt(after, place)) !== 0;
  });
  const order = after.services.map(({ id }) => id);
  const isSame =
    fresh.length === 0 &&
    before.services.length === order.length &&
    before.services.every(({ id }, place) => id === order[place]) &&
    isEqual(before.plane, after.plane);
  return isSame ? undefined : { order, fresh: packedAt(after, fresh) };
}

/** Services that stay are the same objects as before. */
export function changedModel(before: BalancerModel, { order, fresh }: ModelChange): BalancerModel {
  const known = new Map(before.services.map((service) => [service.id, service]));
  const { services: come, plane } = unpackModel(fresh);
  for (const service of come) known.set(service.id, service);
  const services = order.map((id) => known.get(id)).filter((one) => one !== undefined);
  return { services, plane };
}
