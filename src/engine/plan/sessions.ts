/** What becomes of each BFD session. */
import { type BfdModel, isSameSession } from '../bfd/model.ts';
import { planNamed } from './named.ts';
import type { NamedStep } from './plan.ts';

/** Between other addresses it is another session; anything else is negotiated while it goes on. */
export function planSessions(
  before: readonly BfdModel[] = [],
  after: readonly BfdModel[] = [],
): readonly NamedStep[] {
  const old = new Map(before.map((model) => [model.name, model]));
  const fresh = new Map(after.map((model) => [model.name, model]));
  return planNamed(before, after, 'adjust').map((step) => {
    const one = old.get(step.name);
    const other = fresh.get(step.name);
    if (one === undefined || other === undefined || isSameSession(one, other)) return step;
    return { ...step, kind: 'restart' };
  });
}
