/** When a daemon that has just started may send and heed advertisements. */
import { after, type Instant } from '../../base/units.ts';
import type { HostModel } from '../model.ts';

/** The later one of both delays; undefined is at once. The clock counts from the boot of the host. */
export function startAt(
  { startupDelay, bootDelay = startupDelay }: Pick<HostModel, 'startupDelay' | 'bootDelay'>,
  now: Instant,
): Instant | undefined {
  const at = Math.max(after(now, startupDelay), bootDelay) as Instant;
  return at > now ? at : undefined;
}
