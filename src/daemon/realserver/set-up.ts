/** Sets a real server of DR or TUN up, and takes it down again: what is done is written down before it is done. */
import type { Address } from '../../base/address.ts';
import { failure, type Outcome, success } from '../../base/outcome.ts';
import type { PortError } from '../../ports.ts';
import { openHost, type ReachableHost } from './host.ts';
import { readRecord, withSteps, writeRecord } from './record.ts';
import type { RealServerRequest } from './request.ts';
import { type Step, sentenceOf, stepsTowards } from './steps.ts';
import { type UndoStep, undoingOf, undoSentence } from './undo.ts';

export interface RealServerOrder extends RealServerRequest {
  readonly undo: boolean;
  /** Tells what would be done, and does nothing. */
  readonly isRehearsal: boolean;
  readonly stateDirectory: string;
  /** Addresses that the holdfast of this host takes for its own, and what they are there. */
  readonly held: ReadonlyMap<Address, string>;
}

/** What was done, or would be, one sentence each; or a sentence about why it was not. */
export function orderRealServer(order: RealServerOrder): Outcome<readonly string[], string> {
  const host = openHost(order.held);
  try {
    return order.undo ? takeDown(order, host) : setUp(order, host);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return failure(
      `what was changed on this host is kept in ${order.stateDirectory}, which cannot be used: ${why}; name another directory with --state-dir, or make this one writable`,
    );
  } finally {
    host.close();
  }
}

function setUp(order: RealServerOrder, host: ReachableHost): Outcome<readonly string[], string> {
  const planned = stepsTowards(order, host);
  if (!planned.ok) return planned;
  const steps = planned.value;
  const sentences = steps.map(sentenceOf);
  if (order.isRehearsal || steps.length === 0) return success(sentences);
  writeRecord(order.stateDirectory, withSteps(readRecord(order.stateDirectory), steps));
  return taken(steps, sentences, host);
}

function takeDown(order: RealServerOrder, host: ReachableHost): Outcome<readonly string[], string> {
  const record = readRecord(order.stateDirectory);
  const stranger = order.addresses.find(
    (wanted) => !record.addresses.some(({ address }) => address === wanted),
  );
  if (stranger !== undefined) {
    return failure(
      `${stranger} was not set up by this command with the state directory ${order.stateDirectory}, so there is nothing to undo: see "ip address show" for where it is`,
    );
  }
  const { steps, left } = undoingOf(record, order.addresses, host);
  const sentences = steps.map(undoSentence);
  if (order.isRehearsal) return success(sentences);
  const done = taken(steps, sentences, host);
  if (done.ok) writeRecord(order.stateDirectory, left);
  return done;
}

function taken(
  steps: readonly (Step | UndoStep)[],
  sentences: readonly string[],
  host: ReachableHost,
): Outcome<readonly string[], string> {
  for (const [index, step] of steps.entries()) {
    const error = host.take(step);
    if (error === undefined) continue;
    const before =
      index === 0 ? 'nothing was done' : `done before: ${sentences.slice(0, index).join('; ')}`;
    return failure(`cannot ${sentences[index] ?? ''} (${error.code}): ${cureOf(error)}; ${before}`);
  }
  return success(sentences);
}

function cureOf({ code }: PortError): string {
  if (code === 'EPERM' || code === 'EACCES') return 'only root may, or who has CAP_NET_ADMIN';
  if (code === 'EROFS')
    return '/proc/sys is read-only here: give the order on the host itself, not in its container';
  return 'see the log of the kernel (dmesg) for why';
}
