/**
 * Runs the shipped engine in simulated clusters: `npm run sim -- --seeds 1000`, from `--from 1`; `--seed 7` replays one
 * with a readable trace. Exit 1 when a seed failed.
 */
import { createDriver } from '../src/engine/driver.ts';
import { runSeed, type Verdict } from '../src/sim/run.ts';
import { drawScenario } from '../src/sim/scenario.ts';
import { createTranscript } from '../src/sim/transcript.ts';
import { seedsAskedFor } from './seeds.ts';

const { from, count, stopAtFirst, replayed } = seedsAskedFor(1_000);

process.exitCode = replayed === undefined ? runMany() : replay(replayed);

function replay(seed: number): number {
  const scenario = drawScenario(seed);
  for (const host of scenario.hosts) console.log(`${host.name} ${JSON.stringify(host)}`);
  const observer = createTranscript((line) => console.log(line));
  const verdict = runSeed({ seed, createDriver, observer });
  console.log(`${verdict.events} events; calm at ${verdict.scenario.calmAt / 1_000_000} s`);
  return tell(seed, verdict) ? 0 : 1;
}

function runMany(): number {
  const failed = { crash: 0, safety: 0, liveness: 0 };
  let events = 0;
  const started = performance.now();
  for (let seed = from; seed < from + count; seed += 1) {
    const verdict = runSeed({ seed, createDriver });
    events += verdict.events;
    if (tell(seed, verdict) || verdict.failure === undefined) continue;
    failed[verdict.failure.kind] += 1;
    if (stopAtFirst) break;
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const sum = failed.crash + failed.safety + failed.liveness;
  const kinds = `${failed.crash} crash, ${failed.safety} safety, ${failed.liveness} liveness`;
  console.log(
    `${count} seeds from ${from}, ${events} events in ${seconds} s: ${sum} failed (${kinds})`,
  );
  return sum === 0 ? 0 : 1;
}

/** One line to read and one to replay; whether all was well. */
function tell(seed: number, verdict: Verdict): boolean {
  const { failure } = verdict;
  if (failure === undefined) return true;
  console.log(`seed ${seed}: ${failure.kind} at ${failure.at / 1_000_000} s: ${failure.words}`);
  console.log(`  npm run sim -- --seed ${seed}`);
  return false;
}
