/** The worst moment for a failover process to die, many times over; `npm run kills` plays it longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign } from './kills.ts';
import { everySecond, tenASecond } from './pair.ts';
import { complaints, tellCampaign } from './verdict.ts';

const counts = { [everySecond.interval]: 6, [tenASecond.interval]: 12 };

for (const pace of [everySecond, tenASecond]) {
  const name = `a master at ${pace.interval} ms is killed again and again, and neither peer nor client notices`;
  test(name, async () => {
    const count = counts[pace.interval] ?? 0;
    const result = await runCampaign({ ...pace, count, seed: 7, hard: true });
    process.stdout.write(`${tellCampaign(pace, result).join('\n')}\n`);
    assert.deepEqual(complaints(result), [], result.log);
    assert.ok(result.kills >= count);
  });
}
