/**
 * What a standby does while it waits: it plays a few seconds of its model before ports that lead nowhere, so that the
 * code of a take-over is compiled when the take-over comes. Nothing is opened for longer than it takes to look, nothing
 * is sent, nothing is changed.
 */
import type { Instant } from '../base/units.ts';
import { latest } from '../base/units.ts';
import { createDriver, type DriverPorts } from '../engine/driver.ts';
import type { FailoverModel } from '../engine/model.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { KernelState } from '../ports.ts';
import { linuxClock, openPorts } from './ports.ts';

const steps = 12;
/** As many instances are enough to walk every path, and a thousand would take the processor from others. */
const castMost = 4;

export function rehearse(model: FailoverModel): void {
  const few = { ...model, instances: model.instances.slice(0, castMost), groups: [] };
  const state = look();
  const first = play(few, state, undefined);
  play(few, state, first);
}

/** Opens the real ports, asks the kernel once, closes them. */
function look(): KernelState {
  const nothing = (): void => undefined;
  const ports = openPorts({ networkReady: nothing, kernelReady: nothing, timerDue: nothing });
  const state = ports.kernel.observe();
  ports.close();
  return state;
}

function play(
  model: FailoverModel,
  state: KernelState,
  resume: EngineSnapshot | undefined,
): EngineSnapshot {
  let now = linuxClock.now();
  let wakeAt: Instant | undefined;
  const ports: DriverPorts = {
    clock: { now: () => now, wall: () => linuxClock.wall() },
    timer: {
      arm: (at) => {
        wakeAt = at;
      },
    },
    network: { listen: () => [], transmit: () => [], announce: () => [], receive: () => [] },
    kernel: {
      observe: () => state,
      apply: (operations) => operations.map(() => ({ done: true })),
      changes: () => [],
    },
    report: () => undefined,
  };
  const driver = createDriver({ model, resume, ports });
  driver.start();
  for (let step = 0; step < steps && wakeAt !== undefined; step += 1) {
    now = latest(now, wakeAt);
    driver.timerDue();
  }
  const snapshot = driver.snapshot();
  driver.tell({ kind: 'stop' });
  return snapshot;
}
