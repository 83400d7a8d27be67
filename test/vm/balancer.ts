/** Holdfast's own way from a configuration to the table of the guest's kernel, without processes or checks. */

import { loadHere } from '../../src/daemon/reading/load.ts';
import { createBalancerDriver } from '../../src/engine/balancer/driver.ts';
import type { BalancerReport } from '../../src/engine/balancer/report.ts';
import { balancerModel } from '../../src/engine/translation/balancer-model.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import type { DataPlane } from '../../src/plane.ts';

/** Programs what the file asks for, with every server as it is before its first check; what was reported. */
export function program(file: string, plane: DataPlane): readonly BalancerReport[] {
  const reports: BalancerReport[] = [];
  const driver = createBalancerDriver({
    model: balancerModel(loadHere(file).model).model,
    seed: 1,
    memory: undefined,
    formerly: [],
    overrides: [],
    ports: {
      clock: linuxClock,
      timer: { arm: () => undefined },
      plane,
      checks: { begin: () => undefined, cancel: () => undefined },
      report: (told) => reports.push(...told),
      remember: () => undefined,
    },
  });
  driver.start();
  return reports;
}
