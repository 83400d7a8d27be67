/** What becomes of each service and each server behind it. */

import type { ServerModel, ServiceModel } from '../translation/service-model.ts';
import { differences } from './difference.ts';
import type { NamedStep, ServiceStep, Verb } from './plan.ts';

/** In the order of the new file, then those that go. One that is written twice is compared with the second one. */
export function planServices(
  before: readonly ServiceModel[],
  after: readonly ServiceModel[],
): readonly ServiceStep[] {
  const steps: ServiceStep[] = [];
  const gone = pair(before, after, nameOf, (old, fresh) => {
    if (old === undefined)
      steps.push(step('add', fresh, { servers: added(fresh), serversKept: 0 }));
    else if (old.settings === fresh.settings && old.servers === fresh.servers)
      steps.push(step('keep', fresh, unchanged));
    else steps.push(changed(old, fresh));
  });
  for (const old of gone) steps.push(step('remove', old, { servers: [], serversKept: 0 }));
  return steps;
}

/** Of a service that is as it was nobody asks for its servers. */
const unchanged = { servers: [], serversKept: 0 };

function nameOf({ name }: ServiceModel): string {
  return name;
}

function changed(old: ServiceModel, fresh: ServiceModel): ServiceStep {
  const found = differences(JSON.parse(old.settings), JSON.parse(fresh.settings));
  const servers: NamedStep[] = [];
  const [had, has] = [serversOf(old), serversOf(fresh)];
  const gone = pair(had, has, serverName, (former, [name, settings]) => {
    if (former === undefined) servers.push({ kind: 'add', name, differences: [] });
    else {
      const own = differences(former[1], settings);
      if (own.length > 0) servers.push({ kind: 'adjust', name, differences: own });
    }
  });
  const come = servers.length;
  for (const [name] of gone) servers.push({ kind: 'remove', name, differences: [] });
  const isSame = found.length === 0 && servers.length === 0;
  return {
    kind: isSame ? 'keep' : 'adjust',
    name: fresh.name,
    differences: found,
    servers,
    serversKept: has.length - come,
  };
}

function serversOf({ servers }: ServiceModel): readonly ServerModel[] {
  return JSON.parse(servers);
}

function serverName([name]: ServerModel): string {
  return name;
}

/** Calls `visit` for each of `after` with its namesake; returns what is left of `before`. */
function pair<Named>(
  before: readonly Named[],
  after: readonly Named[],
  name: (one: Named) => string,
  visit: (old: Named | undefined, fresh: Named) => void,
): readonly Named[] {
  // The usual case: the same ones in the same order.
  const isAligned =
    before.length === after.length &&
    after.every((fresh, index) => {
      const old = before[index];
      return old !== undefined && name(old) === name(fresh);
    });
  if (isAligned) {
    for (const [index, fresh] of after.entries()) visit(before[index], fresh);
    return [];
  }
  const left = Map.groupBy(before, name);
  for (const fresh of after) visit(left.get(name(fresh))?.shift(), fresh);
  return [...left.values()].flat();
}

function step(
  kind: Verb,
  { name }: ServiceModel,
  rest: Pick<ServiceStep, 'servers' | 'serversKept'>,
): ServiceStep {
  return { kind, name, differences: [], ...rest };
}

function added(service: ServiceModel): readonly NamedStep[] {
  return serversOf(service).map(([name]) => ({ kind: 'add', name, differences: [] }));
}
