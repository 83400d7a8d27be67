/** Drivers that are wrong on purpose: what the judge says of them, by class. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../base/units.ts';
import type { Driver, DriverOptions } from '../engine/driver.ts';
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { DriverFactory } from './host.ts';
import { runSeed } from './run.ts';

function idle({ ports }: DriverOptions, override: Partial<Driver>): Driver {
  const snapshot: EngineSnapshot = {
    takenAt: ports.clock.now(),
    startedAt: ports.clock.now(),
    instances: [],
    groups: [],
    staticEntries: [],
    trackers: [],
    rejected: {},
    latenessMax: 0 as EngineSnapshot['latenessMax'],
  };
  const nothing = (): void => {};
  return {
    start: nothing,
    networkReady: nothing,
    neighboursReady: nothing,
    kernelReady: nothing,
    prepare: nothing,
    timerDue: nothing,
    tell: nothing,
    snapshot: () => snapshot,
    finished: false,
    ...override,
  };
}

function verdictOf(createDriver: DriverFactory, seed = 1): { kind?: string; words?: string } {
  return runSeed({ seed, createDriver }).failure ?? {};
}

test('who does nothing fails by liveness: nobody is master in the end', () => {
  const { kind, words } = verdictOf((options) => idle({ ...options }, {}));
  assert.equal(kind, 'liveness');
  assert.match(words ?? '', /is fit, and nobody is master|no end/);
});

test('who throws fails by crash, with the place', () => {
  const start = (): void => {
    throw new Error('cannot be');
  };
  const { kind, words } = verdictOf((options) => idle(options, { start }));
  assert.equal(kind, 'crash');
  assert.match(words ?? '', /cannot be[\s\S]*run\.test\.ts/);
});

test('who is never at rest fails by liveness', () => {
  const restless: DriverFactory = (options) => {
    const again = (): void => options.ports.timer.arm(0 as Instant);
    return idle(options, { start: again, timerDue: again });
  };
  // A scenario of minutes: in those of a second even this one comes to the end.
  const { kind, words } = verdictOf(restless, 5);
  assert.equal(kind, 'liveness');
  assert.match(words ?? '', /turns in circles/);
});
