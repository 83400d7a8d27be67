/**
 * What a reload costs the processes that must not wait: comparing what runs with what is to run, and the engine's step with
 * the new model. Reading the file happens elsewhere and is measured by `config-read.ts`.
 *
 *   node bench/reload-engine.ts
 */
import { type Instant, instant } from '../src/base/units.ts';
import { Engine } from '../src/engine/engine.ts';
import type { FailoverModel } from '../src/engine/model.ts';
import { concernsFailover, planReload, type Target } from '../src/engine/plan/plan.ts';
import { targetOf } from '../src/engine/plan/target.ts';
import { readText } from '../src/language/read-text.ts';
import { linkNamed } from '../test/conformance/recording-ports.ts';
import { configurationOf, contentsOf } from './config-files.ts';
import { configuration } from './configuration.ts';
import { summarise } from './statistics.ts';

const ROUNDS = 15;

interface Case {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

function largest(): string {
  return configurationOf(contentsOf(100_000));
}

function thousand(priority: number): string {
  const instances = Array.from({ length: 1_000 }, (_, number) => ({
    name: `V${number}`,
    interface: `eth${number >> 8}`,
    routerId: (number % 255) + 1,
    priority: number === 500 ? priority : 100,
    interval: 1_000,
    addresses: [`10.30.${number >> 8}.${number & 255}/32`],
  }));
  return configuration(instances, { version: 3 });
}

const big = largest();
const lastServer = big.lastIndexOf('real_server');
const another = `${big.slice(0, lastServer)}${big.slice(lastServer).replace(/real_server [\d.]+/, 'real_server 10.255.255.254')}`;

const cases: readonly Case[] = [
  { what: 'the largest file, one real server changed', before: big, after: another },
  { what: 'the largest file, nothing changed', before: big, after: big },
  { what: '1,000 instances, nothing changed', before: thousand(100), after: thousand(100) },
  { what: '1,000 instances, one priority changed', before: thousand(100), after: thousand(150) },
];

/** As it comes over the channel from the process that reads: no part of it is shared. */
function received(text: string): Target {
  const target = targetOf(readText(text).model);
  const { instanceNotify, groupNotify, ...plain } = target;
  const copy = JSON.parse(JSON.stringify(plain)) as Omit<Target, 'instanceNotify' | 'groupNotify'>;
  return {
    ...copy,
    instanceNotify: new Map(JSON.parse(JSON.stringify([...instanceNotify]))),
    groupNotify: new Map(JSON.parse(JSON.stringify([...groupNotify]))),
  };
}

/** An engine whose interfaces are there, and which has seen them. */
function running(model: FailoverModel): Engine {
  const engine = new Engine({ model, resume: undefined, now: instant(0) });
  const names = [...new Set(model.instances.map((each) => each.interface ?? ''))];
  const links = names.map((name, index) => linkNamed(name, index + 1));
  const state = { links, addresses: [], routes: [], rules: [] };
  engine.step({ kind: 'kernel', changes: [{ kind: 'resynchronised', state }] }, instant(0));
  engine.consequences(instant(0));
  return engine;
}

/** Of the processor, so that whatever else runs on the machine does not count. */
function milliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

for (const { what, before, after } of cases) {
  const [one, other] = [received(before), received(after)];
  const plans: number[] = [];
  const steps: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    plans.push(milliseconds(() => void planReload(one, other)));
    const engine = running(one.failover);
    const now: Instant = instant(1_000);
    steps.push(
      milliseconds(() => {
        if (!concernsFailover(one, other)) return;
        engine.step({ kind: 'configure', model: other.failover }, now);
        engine.consequences(now);
      }),
    );
  }
  const [first = 0] = plans;
  const tell = (values: readonly number[]) => {
    const { p50, max } = summarise(values);
    return `${p50.toFixed(1)} ms typically, ${max.toFixed(1)} ms at most`;
  };
  console.log(
    `${what}: plan ${tell(plans)} (${first.toFixed(1)} ms the first time), apply ${tell(steps)}`,
  );
}
