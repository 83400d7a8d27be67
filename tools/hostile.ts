/** Hostile datagrams through the decoder and the engine: `npm run hostile -- --packets 10000000`, `--seed 7`. */
import { parseArgs } from 'node:util';
import { runCampaign } from '../test/hostile/campaign.ts';

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
  },
});

/** Each seed is a host of its own. */
const SEED_PACKETS = 1_000_000;

const packets = whole('--packets', values.packets);
const first = whole('--seed', values.seed);
const started = performance.now();
let [sent, heeded] = [0, 0];
for (let seed = first; sent < packets; seed += 1) {
  const result = runCampaign({ packets: Math.min(SEED_PACKETS, packets - sent), seed });
  sent += result.packets;
  heeded += result.heeded;
  const refused = Object.entries(result.refused).map(([reason, count]) => `${reason} ${count}`);
  console.log(`seed ${seed}: ${result.heeded} heeded, ${result.transitions} became master`);
  console.log(`  ${refused.join(', ')}`);
}
const took = ((performance.now() - started) / 1_000).toFixed(1);
console.log(`${sent} datagrams in ${took} s, ${heeded} right ones heeded: nobody else moved`);

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`${name} ${text}: not a whole number from 0`);
  process.exit(2);
}
