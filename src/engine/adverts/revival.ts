/**
 * A master that was taken for dead speaks again. Who was late is a question that operators ask after a takeover for which
 * nothing had happened: the silence of the other answers it.
 */
import type { Address } from '../../base/address.ts';
import { between, type Instant, times } from '../../base/units.ts';
import type { Machine } from '../machine.ts';
import type { Report } from '../report.ts';

/** How many master down intervals a silence may be long for whoever ends it not to have been dead. */
const SHORT = 2;
/** Told once in each state. */
const KEY = 'revival';

/** Something was received from `from` at `at`, by a master. */
export function revivalOf(
  machine: Machine,
  { from, at }: { readonly from: Address; readonly at: Instant },
): Report | undefined {
  const { cause, model, reportedRejections: told } = machine;
  if (cause.kind !== 'advertisement-timeout' || cause.master !== from) return undefined;
  if (cause.lastHeardAt === undefined || told.has(KEY)) return undefined;
  const silence = between(cause.lastHeardAt, at);
  if (silence > times(cause.waited, SHORT)) return undefined;
  told.add(KEY);
  const { waited: patience } = cause;
  return { kind: 'master-revived', instance: model.name, at, from, silence, patience };
}
