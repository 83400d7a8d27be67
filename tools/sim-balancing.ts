/**
 * Runs the shipped balancer in a simulated world: `node tools/sim-balancing.ts --seeds 1000`, from `--from 1`; `--seed 7`
 * replays one with everything that is told. Exit 1 when a seed failed.
 */
import { createBalancerDriver } from '../src/engine/balancer/driver.ts';
import { type BalancingVerdict, runBalancing } from '../src/sim/balancing/run.ts';
import { seedsAskedFor } from './seeds.ts';

const { from, count, stopAtFirst, replayed } = seedsAskedFor(300);

process.exitCode = replayed === undefined ? runMany() : replay(replayed);

function replay(seed: number): number {
  const verdict = runBalancing({
    seed,
    createDriver: createBalancerDriver,
    tell: (at, words) => console.log(`${(at / 1_000_000).toFixed(3)} ${words}`),
  });
  for (const service of verdict.scenario.model.services) console.log(JSON.stringify(service));
  return tell(seed, verdict) ? 0 : 1;
}

function runMany(): number {
  let failed = 0;
  let events = 0;
  const started = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const verdict = runBalancing({ seed, createDriver: createBalancerDriver });
    events += verdict.events;
    if (tell(seed, verdict)) continue;
    failed += 1;
    if (stopAtFirst) break;
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${count} seeds from ${from}, ${events} events in ${seconds} s: ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** One line to read and one to replay; whether all was well. */
function tell(seed: number, { failure }: BalancingVerdict): boolean {
  if (failure === undefined) return true;
  console.log(`seed ${seed}: at ${failure.at / 1_000_000} s: ${failure.words}`);
  console.log(`  node tools/sim-balancing.ts --seed ${seed}`);
  return false;
}
