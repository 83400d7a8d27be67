/** The reconciler on a simulated kernel: whatever happens, the tables end as they are wanted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { entriesOf } from '../../test/conformance/engine-entries.ts';
import { instanceOf } from '../../test/conformance/engine-model.ts';
import { linkNamed } from '../../test/conformance/recording-ports.ts';
import { parseCommand } from '../../test/conformance/words.ts';
import { createRandom } from '../base/random.ts';
import { routeKeys } from '../base/route.ts';
import { ruleKey } from '../base/rule.ts';
import { after, type Instant, seconds } from '../base/units.ts';
import { Reconciler } from '../engine/addresses/reconcile.ts';
import { fit } from '../engine/entries/fitting.ts';
import { EntryKeeper } from '../engine/entries/keeper.ts';
import { createMachine, type Machine } from '../engine/machine.ts';
import type { Entry } from '../engine/model.ts';
import { createWorld } from '../engine/world.ts';
import type { KernelChange, LinkRoute } from '../ports.ts';
import { createKernel, type HostKernel } from './kernel.ts';
import { createKernelPort, type KernelPort } from './kernel-port.ts';
import { createQueue } from './queue.ts';

const PORT = 700;
const SOMEBODY = 800;
const eth0 = linkNamed('eth0', 2);
const ALL = {
  routes: [
    { family: 'ipv4', protocol: 18 },
    { family: 'ipv6', protocol: 18 },
  ],
  rules: true,
} as const;

function entries(words: string): readonly Entry[] {
  return entriesOf(parseCommand(`entries ${words}`).options);
}

/** Overlapping on purpose: two owners may want the same. */
const choices: readonly (readonly Entry[])[] = [
  entries('routes=198.51.100.0/24@eth0,2001:db8:1::/64@eth0 rules=100:10.0.0.0/24:7'),
  entries('routes=198.51.100.0/24@eth0~1400,198.51.101.0/24@eth0 rules=101:10.0.0.0/24:7'),
  entries('routes=198.51.101.0/24@eth0 rules=100:10.0.0.0/24:7'),
  [],
];
const everything = choices.flat();

interface Bench {
  readonly kernel: HostKernel;
  readonly port: KernelPort;
  readonly reconciler: Reconciler;
  readonly keeper: EntryKeeper;
  readonly owners: readonly Machine[];
  readonly trouble: { failing: number; overruns: boolean };
  now: Instant;
  take(change: KernelChange): void;
}

function bench(): Bench {
  const queue = createQueue();
  const kernel = createKernel(queue);
  kernel.setLink(eth0);
  const trouble = { failing: 0, overruns: false };
  const port = createKernelPort({
    kernel,
    portId: PORT,
    keepsProtocol: true,
    ready: () => {},
    applied: () => {},
    failing: () => trouble.failing,
    overrunning: () => trouble.overruns,
    random: createRandom(5),
  });
  port.watch(ALL);
  const world = createWorld();
  const keeper = new EntryKeeper({ world, outbox: { transmit: [], reports: [] } });
  const reconciler = new Reconciler({ world, entries: keeper, lifetimes: false });
  const owners = ['A', 'B'].map((name) =>
    createMachine(instanceOf(name, parseCommand('x vip=none').options), undefined),
  );
  const on: Bench = {
    ...{ kernel, port, reconciler, keeper, owners, trouble },
    now: 0 as Instant,
    take(change) {
      reconciler.disturbed(change, on.now);
      world.change(change);
      reconciler.relink(new Set(['eth1']));
    },
  };
  on.take({ kind: 'resynchronised', state: port.observe() });
  return on;
}

function settle(on: Bench, rounds: number): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const change of on.port.changes()) on.take(change);
    const operations = on.reconciler.next(on.now);
    on.reconciler.answered(operations, on.port.apply(operations), on.now);
    if (operations.length === 0) on.now = after(on.now, seconds(1));
  }
}

const step = fc.oneof(
  fc.record({ what: fc.constant('state'), who: fc.nat(1), master: fc.boolean() }),
  fc.record({ what: fc.constant('configure'), who: fc.nat(1), choice: fc.nat(3) }),
  fc.record({
    what: fc.constantFrom('remove', 'add'),
    entry: fc.nat(everything.length - 1),
  }),
  fc.record({ what: fc.constant('link'), up: fc.boolean() }),
  fc.record({ what: fc.constant('trouble'), failing: fc.boolean(), overruns: fc.boolean() }),
  fc.record({ what: fc.constant('settle') }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function perform(on: Bench, taken: Step): void {
  const machine = 'who' in taken ? on.owners[taken.who] : undefined;
  if (taken.what === 'state' && machine !== undefined && 'master' in taken) {
    machine.state = taken.master ? { kind: 'master', advertiseAt: on.now } : { kind: 'fault' };
    on.reconciler.touch(machine);
  } else if (taken.what === 'configure' && machine !== undefined && 'choice' in taken) {
    machine.model = { ...machine.model, entries: choices[taken.choice] ?? [] };
    on.reconciler.track(machine);
  } else if ('entry' in taken) {
    const verb = taken.what === 'add' ? 'add' : 'remove';
    const value = resolved(everything[taken.entry]);
    if (value?.kind === 'rule') {
      on.kernel.route({ kind: `${verb}-rule`, rule: value.rule }, SOMEBODY);
    } else if (value?.kind === 'route' && verb === 'add') {
      on.kernel.route({ kind: 'add-route', route: value.route, place: 'first' }, SOMEBODY);
    } else if (value?.kind === 'route') {
      on.kernel.route({ kind: 'remove-route', route: value.route }, SOMEBODY);
    }
  } else if ('up' in taken) on.kernel.setLink({ ...eth0, up: taken.up, running: taken.up });
  else if ('failing' in taken) {
    on.trouble.failing = taken.failing ? 0.5 : 0;
    on.trouble.overruns = taken.overruns;
  } else settle(on, 3);
}

const still = createWorld();
still.replace({ links: [eth0], addresses: [], routes: [], rules: [] });

function resolved(entry: Entry | undefined) {
  const fitted = entry === undefined ? '' : fit(entry, still);
  return typeof fitted === 'string' ? undefined : fitted.value;
}

/** The keys of everything in a list of entries, with the MTU of routes. */
function spell(routes: readonly LinkRoute[], rules: readonly string[]): readonly string[] {
  const words = routes.map((route) => `${routeKeys(route).join()} mtu ${route.metrics.mtu ?? ''}`);
  return [...new Set([...words, ...rules])].toSorted();
}

function told(on: Bench): readonly string[] {
  const { routes, rules } = on.port.observe();
  return spell(routes, rules.map(ruleKey));
}

function wanted(on: Bench): readonly string[] {
  return spelled(on.owners.filter(({ state }) => state.kind === 'master'));
}

function spelled(owners: readonly Machine[]): readonly string[] {
  const values = owners.flatMap(({ model }) => model.entries.map(resolved));
  const routes = new Map<string, LinkRoute>();
  // The first who wants a route decides about its metrics.
  for (const value of values) {
    const key = value?.kind === 'route' ? routeKeys(value.route).join() : '';
    if (value?.kind === 'route' && !routes.has(key)) routes.set(key, value.route);
  }
  const rules = values.flatMap((value) => (value?.kind === 'rule' ? [ruleKey(value.rule)] : []));
  return spell([...routes.values()], rules);
}

test('routes and rules end as they are wanted, whatever others, links and the kernel do', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const on = bench();
      for (const machine of on.owners) on.reconciler.track(machine);
      for (const one of steps) perform(on, one);
      perform(on, { what: 'trouble', failing: false, overruns: false });
      perform(on, { what: 'link', up: true });
      settle(on, 12);
      // Metrics that others have changed are put right once; the keys are always.
      const bare = (words: readonly string[]) => words.map((word) => word.replace(/ mtu .*/, ''));
      // What nobody names is nobody's business.
      const named = new Set(bare(spelled(on.owners)));
      const held = bare(told(on)).filter((word) => named.has(word));
      assert.deepEqual(held, bare(wanted(on)));
      assert.ok(on.keeper.settled);
    }),
    { numRuns: 300 },
  );
});

test('a thousand routes come and go in bounded batches, and nothing is asked for twice', () => {
  const on = bench();
  const list = Array.from({ length: 1_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
  const [machine] = on.owners;
  assert.ok(machine !== undefined);
  machine.model = {
    ...machine.model,
    entries: entries(`routes=${list.map((one) => `${one}@eth0`).join(',')}`),
  };
  machine.state = { kind: 'master', advertiseAt: on.now };
  on.reconciler.track(machine);
  let asked = 0;
  const run = () => {
    for (let operations = on.reconciler.next(on.now); operations.length > 0; ) {
      assert.ok(operations.length <= 64);
      asked += operations.length;
      on.reconciler.answered(operations, on.port.apply(operations), on.now);
      operations = on.reconciler.next(on.now);
    }
  };
  run();
  assert.deepEqual([asked, on.port.observe().routes.length], [1_000, 1_000]);
  machine.state = { kind: 'fault' };
  on.reconciler.touch(machine);
  run();
  assert.deepEqual([asked, on.port.observe().routes.length], [2_000, 0]);
});
