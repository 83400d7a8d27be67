/**
 * Runs the shipped balancer in a simulated world: `node tools/sim-balancing.ts --seeds 1000`, from `--from 1`; `--seed 7`
 * replays one with everything that is told. Exit 1 when a seed failed.
 */
import { parseArgs } from 'node:util';
import { createBalancerDriver } from '../src/engine/balancer/driver.ts';
import { type BalancingVerdict, runBalancing } from '../src/sim/balancing/run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    'stop-at-first': { type: 'boolean', default: false },
  },
});

process.exitCode = values.seed === undefined ? runMany() : replay(whole('--seed', values.seed));

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`${name} ${text}: not a whole number from 0`);
  process.exit(2);
}

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
  const from = whole('--from', values.from);
  const count = whole('--seeds', values.seeds);
  let failed = 0;
  let events = 0;
  const started = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const verdict = runBalancing({ seed, createDriver: createBalancerDriver });
    events += verdict.events;
    if (tell(seed, verdict)) continue;
    failed += 1;
    if (values['stop-at-first']) break;
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
