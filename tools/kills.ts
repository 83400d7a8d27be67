/**
 * The failover process killed at random instants under traffic, beside a keepalived:
 * `npm run kills -- --count 200`, `--seed 7`, `--interval 100` (milliseconds; both 1000 and 100 without it). One kill in
 * five or so comes within 300 ms of another, before the process that died has been replaced.
 */
import { parseArgs } from 'node:util';
import { runCampaign } from '../test/namespaces/kills.ts';
import { everySecond, type Pace, tenASecond } from '../test/namespaces/pair.ts';
import { complaints, tellCampaign } from '../test/namespaces/verdict.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    interval: { type: 'string' },
  },
});

const paces: readonly Pace[] = [everySecond, tenASecond].filter(
  ({ interval }) => values.interval === undefined || `${interval}` === values.interval,
);
for (const pace of paces) {
  const result = await runCampaign({
    ...pace,
    count: Number(values.count),
    seed: Number(values.seed),
    progress: (line) => console.log(`  ${line}`),
  });
  console.log(tellCampaign(pace, result).join('\n'));
  for (const complaint of complaints(result)) {
    console.log(`  WRONG: ${complaint}`);
    process.exitCode = 1;
  }
}
process.exit();
