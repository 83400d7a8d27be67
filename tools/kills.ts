/**
 * The failover process killed at random instants under traffic, beside a keepalived:
 * `npm run kills -- --count 200`, `--seed 7`, `--interval 100` (milliseconds; both 1000 and 100 without it). Every fourth
 * kill comes when no standby is ready; at 100 ms only with `--unready`, since an idle machine is needed to win that race.
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
    unready: { type: 'boolean', default: false },
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
    unready: values.unready || pace.interval >= everySecond.interval,
    progress: (line) => console.log(`  ${line}`),
  });
  console.log(tellCampaign(pace, result).join('\n'));
  for (const complaint of complaints(result)) {
    console.log(`  WRONG: ${complaint}`);
    process.exitCode = 1;
  }
}
process.exit();
