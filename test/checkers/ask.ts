/** One check, carried out as the daemon does. */
import { parseAddress } from '../../src/base/address.ts';
import { type Duration, seconds } from '../../src/base/units.ts';
import { type CheckRunnerOptions, createCheckRunner } from '../../src/daemon/checks/runner.ts';
import type { CheckOutcome, CheckRequest, CheckTarget } from '../../src/health/check.ts';
import type { Checker } from '../../src/health/checker.ts';
import { linuxClock } from '../../src/linux/clock.ts';

export function targetAt(port: number, timeout: Duration = seconds(5)): CheckTarget {
  const address = parseAddress('127.0.0.1');
  if (address === undefined) throw new Error('broken invariant: loopback has an address');
  return {
    address,
    port,
    bindAddress: undefined,
    bindPort: undefined,
    bindInterface: undefined,
    mark: undefined,
    timeout,
  };
}

export function requestOf(settings: Checker, target: CheckTarget, checker = 'it'): CheckRequest {
  return { checker, sequence: 1, step: 0, settings, target };
}

/** The outcomes of all of them, by checker, and what was told beside. */
export function runChecks(
  requests: readonly CheckRequest[],
  options: Partial<CheckRunnerOptions> = {},
): Promise<{
  readonly outcomes: ReadonlyMap<string, CheckOutcome>;
  readonly notices: readonly string[];
}> {
  const outcomes = new Map<string, CheckOutcome>();
  const notices: string[] = [];
  return new Promise((resolve) => {
    const runner = createCheckRunner({
      now: linuxClock.now,
      notice: (text) => notices.push(text),
      security: { scriptUser: undefined, enforce: false },
      tell(told) {
        for (const outcome of told) outcomes.set(outcome.checker, outcome);
        if (outcomes.size < requests.length) return;
        runner.close();
        resolve({ outcomes, notices });
      },
      ...options,
    });
    runner.begin(requests);
  });
}

/** `up` or `down`, and why. */
export async function verdictOn(settings: Checker, target: CheckTarget): Promise<string> {
  const { outcomes } = await runChecks([requestOf(settings, target)]);
  const outcome = outcomes.get('it');
  return `${outcome?.passed === true ? 'up' : 'down'}: ${outcome?.detail}`;
}
