/**
 * `npm run bench`: Holdfast beside the packaged keepalived, in one run, alternately or at the same time.
 *
 *   --quick          a bounded form of about three minutes
 *   --only PART,…    takeover, jitter, load, addresses, start
 *   --calibrate      keepalived on both sides: what the run itself adds
 *   --json FILE      the rows, for whoever compares runs
 *
 * Only the ratios say anything: the figures themselves are those of this machine and this hour.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { present } from '../test/lab/command.ts';
import { type AddressesResult, measureAddresses } from './addresses.ts';
import { loadAverage } from './clock.ts';
import { type Contender, contenders } from './contender.ts';
import { type JitterPlan, type JitterResult, measureJitter } from './jitter.ts';
import { type LoadPlan, measureLoad } from './load.ts';
import { fullPlan, type Plan, quickPlan } from './plan.ts';
import { measureStart } from './start.ts';
import { compare, isMet, type Row, render } from './table.ts';
import { measureTakeover, type TakeoverPlan } from './takeover.ts';

type Sides = readonly [Contender, Contender];
type Part = keyof Plan;

const MEMORY_TARGET_MIB = 80;
const PARTS: readonly Part[] = ['start', 'addresses', 'takeover', 'load', 'jitter'];

function conditions(plan: {
  readonly version?: number;
  readonly interval: number;
  readonly loaded: boolean;
  readonly realTime?: number | undefined;
}): string {
  const version = plan.version === undefined ? '' : `v${plan.version} `;
  const realTime = plan.realTime === undefined ? '' : ', real time';
  return `${version}${plan.interval} ms, ${plan.loaded ? 'loaded' : 'idle'}${realTime}`;
}

async function takeoverRows(sides: Sides, plan: TakeoverPlan): Promise<readonly Row[]> {
  const results = await measureTakeover(sides, plan);
  for (const [index, { failures }] of results.entries()) {
    for (const failure of failures) console.log(`  ${sides[index]?.name}: ${failure}`);
  }
  const failed = {
    what: `takeovers gone wrong, ${conditions(plan)}`,
    unit: 'trials',
    incumbent: results[0]?.failures.length ?? 0,
    challenger: results[1]?.failures.length ?? 0,
    count: plan.kills + plan.stops,
    target: 0,
  } as const;
  const rows = (['kill', 'stop'] as const).flatMap((how) => {
    if ((how === 'kill' ? plan.kills : plan.stops) === 0) return [];
    return (['advertisement', 'announcement', 'answer'] as const).flatMap((what) =>
      compare(
        `${how}, ${conditions(plan)}: first ${what}`,
        results.map((result) =>
          result[how].map((excess) => excess[what]).filter((excess) => !Number.isNaN(excess)),
        ),
        {
          unit: 'µs over bound',
          statistics: ['p50', 'tail'],
          targets: what === 'advertisement' ? ['p50', 'tail'] : [],
        },
      ),
    );
  });
  return [...rows, failed];
}

async function jitterRows(sides: Sides, plans: readonly JitterPlan[]): Promise<readonly Row[]> {
  const measured = await measureJitter(sides, plans);
  return plans.flatMap((plan, index) => jitterRowsOf(plan, measured[index] ?? []));
}

function jitterRowsOf(plan: JitterPlan, results: readonly JitterResult[]): readonly Row[] {
  const [incumbent, challenger] = results;
  if (incumbent === undefined || challenger === undefined) return [];
  const where = conditions(plan);
  return [
    ...compare(
      `jitter, ${where}: off the interval`,
      results.map((result) => result.deviations),
      { unit: 'µs', statistics: ['p50', 'tail', 'max'], targets: ['tail'] },
    ),
    ...compare(
      `jitter, ${where}: off the best grid`,
      results.map((result) => result.offGrid),
      { unit: 'µs', statistics: ['tail'], targets: [] },
    ),
    {
      what: `drift, ${where}`,
      unit: 'µs an interval',
      incumbent: incumbent.drift,
      challenger: challenger.drift,
      count: challenger.deviations.length,
      target: undefined,
    },
    {
      what: `false takeovers, ${where}, ${plan.seconds} s`,
      unit: '',
      incumbent: incumbent.falseTakeovers,
      challenger: challenger.falseTakeovers,
      count: challenger.deviations.length,
      target: 0,
    },
    {
      what: `of them although the master had advertised in time`,
      unit: '',
      incumbent: incumbent.hasty,
      challenger: challenger.hasty,
      count: challenger.deviations.length,
      target: undefined,
    },
  ];
}

async function loadRows(sides: Sides, plan: LoadPlan): Promise<readonly Row[]> {
  const [incumbent, challenger] = await measureLoad(sides, plan);
  if (incumbent === undefined || challenger === undefined) return [];
  const target = plan.instances >= 1_000 ? 'ratio' : undefined;
  return (['master', 'backup'] as const).flatMap((role) => [
    {
      what: `processor, ${plan.instances} as ${role}`,
      unit: '% of a core',
      incumbent: incumbent[role].cpu,
      challenger: challenger[role].cpu,
      count: 1,
      target,
    },
    {
      what: `memory, ${plan.instances} as ${role}`,
      unit: 'MiB PSS',
      incumbent: incumbent[role].memory,
      challenger: challenger[role].memory,
      count: 1,
      target: MEMORY_TARGET_MIB,
    },
  ]);
}

async function addressRows(sides: Sides, repetitions: number): Promise<readonly Row[]> {
  const results: readonly AddressesResult[][] = sides.map(() => []);
  for (let index = 0; index < repetitions; index += 1) {
    for (const [side, contender] of sides.entries()) {
      results[side]?.push(await measureAddresses(contender));
    }
  }
  return (['firstAnnounced', 'lastPresent', 'lastAnnounced'] as const).flatMap((what) =>
    compare(
      `1,000 addresses: ${what}`,
      results.map((side) => side.map((result) => result[what])),
      {
        unit: 'µs',
        statistics: ['p50', 'max'],
        targets: what === 'firstAnnounced' ? [] : ['p50'],
      },
    ),
  );
}

async function startRows(sides: Sides, repetitions: number): Promise<readonly Row[]> {
  const samples: (readonly number[])[] = [];
  for (const side of sides) samples.push(await measureStart(side, repetitions));
  return compare('exec to first advertisement', samples, {
    unit: 'µs',
    statistics: ['p50', 'max'],
    targets: [],
  });
}

async function measure(sides: Sides, plan: Plan, parts: readonly Part[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const block = async (what: string, work: () => Promise<readonly Row[]>) => {
    const before = loadAverage(readFileSync('/proc/loadavg', 'latin1'));
    const start = performance.now();
    const found = await work();
    const after = loadAverage(readFileSync('/proc/loadavg', 'latin1'));
    const seconds = Math.round((performance.now() - start) / 1_000);
    console.log(`\n${what} (${seconds} s; load average ${before} before, ${after} after)`);
    console.log(render(found, [sides[0].name, sides[1].name]));
    rows.push(...found);
  };
  const has = (part: Part) => parts.includes(part);
  if (has('start')) await block('start', () => startRows(sides, plan.start));
  if (has('addresses')) await block('addresses', () => addressRows(sides, plan.addresses));
  for (const one of has('takeover') ? plan.takeover : [])
    await block(`takeover, ${conditions(one)}`, () => takeoverRows(sides, one));
  for (const one of has('load') ? plan.load : [])
    await block(`${one.instances} instances`, () => loadRows(sides, one));
  for (const one of has('jitter') ? plan.jitter : [])
    await block(`jitter: ${one.map(conditions).join('; ')}`, () => jitterRows(sides, one));
  return rows;
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    calibrate: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
for (const program of ['keepalived', 'tcpdump', 'nsenter']) {
  if (present(program)) continue;
  console.error(
    `bench: ${program} is not installed: apt-get install keepalived tcpdump util-linux`,
  );
  process.exit(2);
}
const parts = PARTS.filter((part) => values.only.split(',').includes(part));
const sides = contenders(values.calibrate);
const rows = await measure(sides, values.quick ? quickPlan : fullPlan, parts);
const targets = rows.filter((row) => row.target !== undefined);
console.log('\nTargets');
console.log(render(targets, [sides[0].name, sides[1].name]));
const missed = targets.filter((row) => isMet(row) === false).length;
console.log(`\n${targets.length - missed} of ${targets.length} targets met`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(rows, undefined, 2));
process.exit(0);
