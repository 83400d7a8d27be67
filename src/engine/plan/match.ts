/** Which instance of a new model is which of those that run: a virtual router on a link, not a name. */
import type { InstanceModel } from '../model.ts';

export interface Matches<Running> {
  /** What goes on, with what it is from now on. */
  readonly kept: ReadonlyMap<Running, InstanceModel>;
  /** In the order of the file. */
  readonly added: readonly InstanceModel[];
  readonly removed: readonly Running[];
}

/** Linear in the number of instances. */
export function matchInstances<Running>(
  running: Iterable<Running>,
  modelOf: (running: Running) => InstanceModel,
  wanted: readonly InstanceModel[],
): Matches<Running> {
  const left = new Set(running);
  const unmatched = new Set(wanted);
  const kept = new Map<Running, InstanceModel>();
  const claim = (keyOf: (model: InstanceModel) => string): void => {
    const byKey = Map.groupBy(left, (each) => keyOf(modelOf(each)));
    for (const model of [...unmatched]) {
      const candidates = (byKey.get(keyOf(model)) ?? []).filter((each) => left.has(each));
      const namesake = candidates.find((each) => modelOf(each).name === model.name);
      const match = namesake ?? candidates[0];
      if (match === undefined || !left.delete(match)) continue;
      unmatched.delete(model);
      kept.set(match, model);
    }
  };
  claim(routerKey);
  // The same virtual router by other means: multicast instead of unicast, or other peers.
  claim((model) => [model.interface, model.family, model.virtualRouterId].join('|'));
  return { kept, added: [...unmatched], removed: [...left] };
}

/** What stays the same router over a reload, with those it talks to: unicast routers may share an id. */
function routerKey(model: InstanceModel): string {
  const { transport } = model;
  const mode = transport.kind === 'multicast' ? '' : transport.peers.map((p) => p.address).join();
  return [model.interface ?? '', model.family, model.virtualRouterId, transport.kind, mode].join(
    '|',
  );
}
