/** What a configuration makes run, by its text alone: no host is asked whether its scripts are there. */
import type { Model } from '../../language/model.ts';
import { planeModel } from '../translation/balancer-model.ts';
import { failoverModel } from '../translation/failover-model.ts';
import { serviceModels } from '../translation/service-model.ts';
import { type NotifyModel, supervisorModel } from '../translation/supervisor-model.ts';
import type { Target } from './plan.ts';

export function targetOf(model: Model): Target {
  const { scripts, instanceNotify, groupNotify, process } = supervisorModel(model);
  return {
    failover: failoverModel(model),
    scripts: scripts.map(({ tracker: _, ...script }) => script),
    instanceNotify: byName(instanceNotify),
    groupNotify: byName(groupNotify),
    services: serviceModels(model),
    balancer:
      model.virtual_server.length === 0 ? undefined : { model: { plane: planeModel(model) } },
    process,
  };
}

function byName(models: readonly NotifyModel[]): ReadonlyMap<string, object> {
  return new Map(
    models.map(({ name, scripts, every, tellDeleted }) => [
      name,
      { ...scripts, every, tellDeleted },
    ]),
  );
}
