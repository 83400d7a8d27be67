/** What becomes of each service and each server behind it. */

import type { ServerModel, ServiceModel } from '../translation/service-model.ts';
import { type Difference, differences } from './difference.ts';
import type { NamedStep, ServiceStep, Verb } from './plan.ts';

/** In the order of the new file, then those that go. One that is written twice is compared with the second one. */
export function planServices(
  before: readonly ServiceModel[],
  after: readonly ServiceModel[],
): readonly ServiceStep[] {
  const steps: ServiceStep[] = [];
  const gone = pair(before, after, (old, fresh) => {
    if (old === undefined)
      steps.push(step('add', fresh, { servers: added(fresh), serversKept: 0 }));
    else steps.push(changed(old, fresh));
  });
  for (const old of gone) steps.push(step('remove', old, { servers: [], serversKept: 0 }));
  return steps;
}

function changed(old: ServiceModel, fresh: ServiceModel): ServiceStep {
  const found = between(old.settings, fresh.settings);
  const servers: NamedStep[] = [];
  const gone = pair(old.servers, fresh.servers, (former, server) => {
    if (former === undefined) servers.push({ kind: 'add', name: server.name, differences: [] });
    else {
      const own = between(former.settings, server.settings);
      if (own.length > 0) servers.push({ kind: 'adjust', name: server.name, differences: own });
    }
  });
  const come = servers.length;
  for (const { name } of gone) servers.push({ kind: 'remove', name, differences: [] });
  const isSame = found.length === 0 && servers.length === 0;
  return {
    kind: isSame ? 'keep' : 'adjust',
    name: fresh.name,
    differences: found,
    servers,
    serversKept: fresh.servers.length - come,
  };
}

function between(old: string, fresh: string): readonly Difference[] {
  return old === fresh ? none : differences(JSON.parse(old), JSON.parse(fresh));
}

const none: readonly Difference[] = [];

/** Calls `visit` for each of `after` with its namesake; returns what is left of `before`. */
function pair<Named extends { readonly name: string }>(
  before: readonly Named[],
  after: readonly Named[],
  visit: (old: Named | undefined, fresh: Named) => void,
): readonly Named[] {
  // The usual case: the same ones in the same order.
  const isAligned =
    before.length === after.length && before.every((old, index) => old.name === after[index]?.name);
  if (isAligned) {
    for (const [index, fresh] of after.entries()) visit(before[index], fresh);
    return [];
  }
  const left = Map.groupBy(before, ({ name }) => name);
  for (const fresh of after) visit(left.get(fresh.name)?.shift(), fresh);
  return [...left.values()].flat();
}

function step(
  kind: Verb,
  { name }: ServiceModel,
  rest: Pick<ServiceStep, 'servers' | 'serversKept'>,
): ServiceStep {
  return { kind, name, differences: [], ...rest };
}

function added({ servers }: ServiceModel): readonly NamedStep[] {
  return servers.map(({ name }: ServerModel) => ({ kind: 'add', name, differences: [] }));
}
