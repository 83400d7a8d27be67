/** The simulator finds bugs: each of these is planted in a copy of the product and must show within some seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plant, runPlanted } from './plant.ts';

const ROUTER = 'src/protocol/vrrp/router.ts';
const HEARING = 'src/engine/adverts/hearing.ts';
const RECONCILE = 'src/engine/addresses/reconcile.ts';

/** With what the simulator must say of it. */
const plants: readonly (Plant & { readonly seen: RegExp })[] = [
  {
    name: 'skew dropped',
    file: 'src/protocol/vrrp/timing.ts',
    search: 'times(unit, (256 - timing.priority) / 256)',
    replace: 'times(unit, 0)',
    seen: /safety.*took over \d+ us after/,
  },
  {
    name: 'preempt inverted',
    file: ROUTER,
    search: 'input.priority >= config.priority || !config.preempt;',
    replace: 'input.priority >= config.priority || config.preempt;',
    seen: /safety.*took over|liveness.*(did not preempt|still backup)/,
  },
  {
    name: 'address not withdrawn',
    file: RECONCILE,
    search: "return { kind: 'remove-address', link: holding.link, address, prefix };",
    replace: 'return address === prefix.toString() ? undefined : undefined;',
    seen: /safety.*holds \d+ of its addresses/,
  },
  {
    name: 'equal priorities decided by nobody',
    file: ROUTER,
    search: 'compareAddresses(input.from, input.local) > 0',
    replace: 'compareAddresses(input.from, input.local) === 0',
    seen: /safety.*is master for \d+ us beside|liveness.*turns in circles/,
  },
  {
    name: 'an unread advertisement does not count against a late timer',
    file: 'src/engine/driver.ts',
    search: 'const readUntil = readNetwork();',
    replace: 'const readUntil: Instant | undefined = clock.now();',
    seen: /safety.*took over \d+ us after it heard/,
  },
  {
    name: 'lifetimes never renewed',
    file: RECONCILE,
    search: "operations.push({ kind: 'renew-address', address });",
    replace: 'this.#renewSoon(key, after(now, seconds(address.prefix)));',
    seen: /safety.*let the lifetime of .* run out/,
  },
  {
    name: 'a resumed master says nothing to its neighbours',
    file: 'src/engine/machine.ts',
    search: 'machine.announceRefreshAt = masterRefresh > 0',
    replace: 'machine.announceRefreshAt = masterRefresh > 1e15',
    seen: /liveness.*its traffic goes to/,
  },
  {
    name: 'a wrong password is as good as the right one',
    file: HEARING,
    search: 'given.data.length >= expected.length && sameSecretly(',
    replace: 'given.data.length >= expected.length || sameSecretly(',
    seen: /safety.*gave way .* no such advertisement was sent/,
  },
  {
    name: 'hop limit not looked at',
    file: HEARING,
    search: 'if (distance !== undefined) return',
    replace: "if (distance === 'far') return",
    seen: /safety.*gave way .* no such advertisement was sent/,
  },
  {
    name: 'a stop without a resignation',
    file: ROUTER,
    search: "state.kind === 'master' ? [RESIGN] : [], { kind: 'stop' }",
    replace: "[], { kind: 'stop' }",
    seen: /safety.*went to stop without resigning/,
  },
  {
    name: "the master's interval not learned",
    file: ROUTER,
    search: 'if (isHeeded) return waitForSilence(config, heard, interval, since);',
    replace: 'if (isHeeded) return waitForSilence(config, heard, config.advertInterval, since);',
    seen: /safety.*took over \d+ us after it heard/,
  },
];

test('the copy by itself passes', () => {
  const { status, output } = runPlanted(undefined, ['--seeds', '20']);
  assert.equal(status, 0, output);
});

for (const plant of plants) {
  test(`planted: ${plant.name}`, (context) => {
    const { status, output } = runPlanted(plant, ['--seeds', '1000', '--stop-at-first']);
    assert.equal(status, 1, `nothing was found in 1000 seeds:\n${output}`);
    assert.match(output, plant.seen);
    assert.match(output, /npm run sim -- --seed \d+/);
    context.diagnostic(output.split('\n')[0] ?? '');
  });
}
