/** What our checkers think of the same servers in the same file. */
import { createCheckRunner } from '../../src/daemon/checks/runner.ts';
import { balancerModel } from '../../src/engine/translation/balancer-model.ts';
import type { CheckOutcome, CheckRequest } from '../../src/health/check.ts';
import { readText } from '../../src/language/read-text.ts';
import { linuxClock } from '../../src/linux/clock.ts';

/** By the address of the service. */
export async function ourVerdicts(text: string): Promise<ReadonlyMap<string, CheckOutcome>> {
  const { model, diagnostics } = readText(text);
  if (model === undefined) throw new Error(`the file is refused: ${JSON.stringify(diagnostics)}`);
  const requests = balancerModel(model).model.services.flatMap(
    ({ keys, servers }): CheckRequest[] => {
      const [key] = keys;
      const check = servers[0]?.checks[0];
      if (key?.kind !== 'address' || check === undefined) return [];
      const { checker: settings, target } = check;
      return [{ checker: key.address, sequence: 1, step: 0, settings, target }];
    },
  );
  const outcomes = new Map<string, CheckOutcome>();
  return new Promise((resolve) => {
    const runner = createCheckRunner({
      now: linuxClock.now,
      notice: () => undefined,
      security: { scriptUser: undefined, enforce: false },
      tell(told) {
        for (const outcome of told) outcomes.set(outcome.checker, outcome);
        if (outcomes.size < requests.length) return;
        runner.close();
        resolve(outcomes);
      },
    });
    runner.begin(requests);
  });
}
