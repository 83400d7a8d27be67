/** The balancer over seeds, and bugs planted in a copy of it that the seeds must find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBalancerDriver } from '../../src/engine/balancer/driver.ts';
import { runBalancing } from '../../src/sim/balancing/run.ts';
import { type Plant, runPlanted } from './plant.ts';

const COUNT = 200;
const BLOCK = 50;
const TOOL = 'tools/sim-balancing.ts';

function failureOf(seed: number): string | undefined {
  const { failure } = runBalancing({ seed, createDriver: createBalancerDriver });
  if (failure === undefined) return undefined;
  const when = `at ${failure.at / 1_000_000} s`;
  return `seed ${seed}: ${when}: ${failure.words}\n  node ${TOOL} --seed ${seed}`;
}

for (let from = 1; from <= COUNT; from += BLOCK) {
  test(`balancing, seeds ${from} to ${from + BLOCK - 1}`, () => {
    const seeds = Array.from({ length: BLOCK }, (_, index) => from + index);
    const failures = seeds.map(failureOf).filter((failure) => failure !== undefined);
    assert.equal(failures.length, 0, failures.join('\n'));
  });
}

const plants: readonly (Plant & { readonly seen: RegExp })[] = [
  {
    name: 'hysteresis counts one way alone',
    file: 'src/health/pool.ts',
    search: 'return had ? quorum - hysteresis : quorum + hysteresis;',
    replace: 'return had ? quorum - hysteresis : quorum;',
    seen: /turns up with/,
  },
  {
    name: 'a change of quorum moves no other server',
    file: 'src/engine/balancer/pools.ts',
    search: 'if (service.model.sorry !== undefined) into.keeper.touchService(service);',
    replace: '',
    seen: /the table does not follow the verdicts/,
  },
  {
    name: 'what was refused is not tried again',
    file: 'src/engine/balancer/keeper.ts',
    search: 'this.#retryAt = after(now, retryPause);',
    replace: '',
    seen: /the table does not follow the verdicts|long after/,
  },
  {
    name: 'a successor forgets the quorum',
    file: 'src/engine/balancer/services.ts',
    search: "if (known?.kind === 'quorum') {",
    replace: "if (known?.kind === 'check') {",
    seen: /a restart has touched what was right/,
  },
  {
    name: 'a reload forgets what it takes away',
    file: 'src/engine/balancer/services.ts',
    search: '    into.keeper.forget(service);\n    into.keeper.disown(service.model.keys);',
    replace: '    into.keeper.forget(service);',
    seen: /is there \(.*\) and should not be/,
  },
  {
    name: 'a server that fails by one check is in by another',
    file: 'src/engine/balancer/pools.ts',
    search: 'checks.every(({ verdict }) => verdict.up)',
    replace: 'checks.length === 0 || checks.some(({ verdict }) => verdict.up)',
    seen: /answers otherwise/,
  },
];

test('the copy of the balancer by itself passes', () => {
  const { status, output } = runPlanted(undefined, ['--seeds', '5'], TOOL);
  assert.equal(status, 0, output);
});

for (const plant of plants) {
  test(`planted in the balancer: ${plant.name}`, (context) => {
    const { status, output } = runPlanted(plant, ['--seeds', '400', '--stop-at-first'], TOOL);
    assert.equal(status, 1, `nothing was found in 400 seeds:\n${output}`);
    assert.match(output, plant.seen);
    context.diagnostic(output.split('\n')[0] ?? '');
  });
}
