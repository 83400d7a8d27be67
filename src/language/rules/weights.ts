/** Whether the weights of an instance can move its priority, and far enough. */
import { preempts, priorityOf } from '../effective.ts';
import type { Model, SyncGroup, VrrpInstance } from '../model.ts';
import type { Weight } from '../values/track-line.ts';
import type { RuleContext, Spot } from './context.ts';

interface Weighted {
  readonly name: string;
  readonly spot: Spot;
  readonly weight: number;
}

/** Priorities live between these bounds, whatever the weights. */
const lowest = 1;
const highest = 254;
/** Fewer points than this are easily less than the distance to the next router. */
const small = 10;

export function checkWeights(context: RuleContext, node: VrrpInstance): void {
  const weighted = weightedTrackers(context.model, node);
  const base = priorityOf(node);
  const [first] = weighted;
  if (first === undefined) return;
  if (base === 255) {
    for (const { name, spot } of weighted) {
      context.report({
        code: 'track.weight-of-owner',
        at: spot,
        message: `${node.name} has priority 255, so the weight of ${name} does nothing`,
        related: [{ node, key: 'priority', label: 'the owner of the addresses' }],
      });
    }
    return;
  }
  if (!preempts(node)) {
    context.report({
      code: 'track.weight-with-nopreempt',
      at: first.spot,
      message: `a failed ${first.name} lowers ${node.name}, and routers with nopreempt do not take over from it`,
      related: [{ node, key: 'nopreempt', label: 'because of this' }],
    });
  }
  for (const each of weighted) checkWeight(context, node, each, weighted);
}

function checkWeight(
  { report }: RuleContext,
  node: VrrpInstance,
  each: Weighted,
  all: readonly Weighted[],
): void {
  const base = priorityOf(node);
  const others = all.filter((other) => other !== each);
  const healthy = base + sum(others.filter(({ weight }) => weight > 0));
  const up = clamp(healthy + Math.max(0, each.weight));
  const down = clamp(healthy + Math.min(0, each.weight));
  if (up === down) {
    report({
      code: 'track.weight-lost-in-bounds',
      at: each.spot,
      message: `with these weights ${node.name} stays at ${up} whether ${each.name} is up or down`,
      related: [{ node, key: 'priority', label: `starts from ${base}` }],
    });
  } else if (up - down < small) {
    report({
      code: 'track.small-weight',
      at: each.spot,
      message: `a failed ${each.name} takes ${node.name} from ${up} to ${down}: the address moves only if another router has a priority from ${down} to ${up}`,
    });
  }
}

function sum(weighted: readonly Weighted[]): number {
  return weighted.reduce((total, { weight }) => total + weight, 0);
}

function clamp(priority: number): number {
  return Math.min(highest, Math.max(lowest, priority));
}

/** The trackers of an instance or group with a weight other than 0, its own or that of what is tracked. */
export function weightedTrackers(model: Model, node: VrrpInstance | SyncGroup): Weighted[] {
  const own = 'interface' in node ? node.interface : undefined;
  const scripts = new Map(
    [...model.vrrp_probe, ...model.vrrp_script].map(({ name, weight }) => [name, weight]),
  );
  const lists = [
    { key: 'track_script', known: (name: string): Weight | undefined => scripts.get(name) },
    { key: 'track_interface', known: (): Weight | undefined => undefined },
  ] as const;
  return lists.flatMap(({ key, known }) =>
    node[key].flatMap(({ name, weight: written }, index) => {
      const weight = written ?? known(name);
      const counts = weight !== undefined && weight.weight !== 0 && name !== own;
      if (!counts || (key === 'track_script' && !scripts.has(name))) return [];
      return [{ name, weight: weight.weight, spot: { node, key, index } }];
    }),
  );
}
