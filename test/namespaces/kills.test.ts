/** The worst moment for a failover process to die, many times over; `npm run kills` plays it longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCampaign } from './kills.ts';
import { everySecond, tenASecond } from './pair.ts';
import { complaints, tellCampaign } from './verdict.ts';

const campaigns = [
  { ...everySecond, count: 6 },
  { ...tenASecond, count: 12 },
];

for (const campaign of campaigns) {
  const name = `a master at ${campaign.interval} ms is killed again and again, and neither peer nor client notices`;
  test(name, async () => {
    const result = await runCampaign({ ...campaign, seed: 7 });
    process.stdout.write(`${tellCampaign(campaign, result).join('\n')}\n`);
    assert.deepEqual(complaints(result), [], result.log);
    assert.ok(result.kills >= campaign.count);
  });
}
