/**
 * `node bench/bfd.ts`: BFD at its limits, in namespaces, with FRR, BIRD and the packaged keepalived as neighbours.
 *
 *   --trials N       ends of each neighbour (50)
 *   --loaded         both cores busy
 *   --real-time N    bfd_rt_priority for both
 *   --crowd N        instead: so many sessions between two of ours, at --interval, for --seconds
 */
import { parseArgs } from 'node:util';
import { measureCrowd } from './bfd-crowd.ts';
import { measureDetection } from './bfd-detection.ts';
import { summarise } from './statistics.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '50' },
    interval: { type: 'string' },
    multiplier: { type: 'string', default: '3' },
    loaded: { type: 'boolean', default: false },
    'real-time': { type: 'string' },
    crowd: { type: 'string' },
    seconds: { type: 'string', default: '60' },
  },
});
const multiplier = Number(values.multiplier);

async function crowd(sessions: number): Promise<void> {
  const interval = Number(values.interval ?? 100);
  const seconds = Number(values.seconds);
  const plan = { sessions, interval, multiplier, seconds, loaded: values.loaded };
  const { losses, processor, log } = await measureCrowd(plan);
  const what = `${sessions} sessions, ${interval} ms x ${multiplier}, ${seconds} s`;
  console.log(`${what}: ${losses} lost, ${processor.toFixed(1)} % of a core for both`);
  if (losses > 0) console.log(log.split('\n').filter((line) => / went down/.test(line))[0]);
}

async function detection(): Promise<void> {
  const interval = Number(values.interval ?? 10);
  const realTime = values['real-time'] === undefined ? undefined : Number(values['real-time']);
  const { loaded } = values;
  const plan = { trials: Number(values.trials), interval, multiplier, loaded, realTime };
  const results = await measureDetection(plan);
  const load = loaded ? 'both cores busy' : 'at rest';
  console.log(
    `us over the bound of ${interval} ms x ${multiplier}, ${load}, rt ${realTime ?? '-'}`,
  );
  for (const [contender, neighbours] of results) {
    for (const [neighbour, { excesses, early }] of neighbours) {
      const { count, p50, p99, max, min } = summarise(excesses);
      const numbers = `n ${count}  min ${min}  p50 ${p50}  p99 ${p99}  max ${max}  lost early ${early}`;
      console.log(`${contender.padEnd(11)} of ${neighbour.padEnd(11)} ${numbers}`);
    }
  }
}

await (values.crowd === undefined ? detection() : crowd(Number(values.crowd)));
process.exit(0);
