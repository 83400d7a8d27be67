/** Parts that are told apart by their names alone: track scripts, sync groups. */
import { differences } from './difference.ts';
import type { NamedStep } from './plan.ts';

interface Named {
  readonly name: string;
}

/** `change` is what becomes of one that differs. In the order of the new file, then those that go. */
export function planNamed(
  before: readonly Named[],
  after: readonly Named[],
  change: 'adjust' | 'restart',
): readonly NamedStep[] {
  const left = new Map(before.map((each) => [each.name, each]));
  const steps = after.map((each): NamedStep => {
    const old = left.get(each.name);
    left.delete(each.name);
    if (old === undefined) return { kind: 'add', name: each.name, differences: [] };
    const found = differences(old, each);
    return { kind: found.length === 0 ? 'keep' : change, name: each.name, differences: found };
  });
  const gone = [...left.keys()].map(
    (name): NamedStep => ({ kind: 'remove', name, differences: [] }),
  );
  return [...steps, ...gone];
}
