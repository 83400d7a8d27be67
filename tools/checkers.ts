/**
 * The packaged keepalived's checkers and ours before the same servers, in a machine with IPVS.
 *
 *   node tools/checkers.ts                          all scenarios, each with both verdicts
 *   HOLDFAST_CHECKERS=DNS node tools/checkers.ts    those of checkers with this in their name
 *   HOLDFAST_CHECKERS_LOG=1 ...                     and then what keepalived logged
 */
import { compare } from '../test/checkers/compare.ts';
import { enterGuest } from '../test/vm/guest.ts';

enterGuest(import.meta.filename);
const wanted = process.env.HOLDFAST_CHECKERS ?? '';
const { rows, log } = await compare(wanted);
let wrong = 0;
for (const { scenario, theirs, ours, detail } of rows) {
  const isSame = theirs === ours || scenario.unsteady !== undefined;
  if (isSame === (scenario.reason !== undefined)) wrong += 1;
  const mark = isSame ? ' ' : scenario.reason === undefined ? '!' : '~';
  process.stdout.write(
    `${mark} ${scenario.checker.padEnd(10)} ${scenario.name.padEnd(44)} keepalived ${String(theirs ?? 'out').padEnd(4)} holdfast ${String(ours ?? 'out').padEnd(4)} ${detail}${scenario.reason === undefined ? '' : ` [${scenario.reason}]`}\n`,
  );
}
if (process.env.HOLDFAST_CHECKERS_LOG !== undefined) process.stdout.write(log);
for (const checker of new Set(rows.map(({ scenario }) => scenario.checker))) {
  const own = rows.filter(({ scenario }) => scenario.checker === checker);
  const reasoned = own.filter(({ scenario }) => scenario.reason !== undefined).length;
  const unsteady = own.filter(({ scenario }) => scenario.unsteady !== undefined).length;
  process.stdout.write(
    `${checker.padEnd(10)} ${own.length} scenarios, ${reasoned} with a reason, ${unsteady} where keepalived differs from itself\n`,
  );
}
process.stdout.write(`${rows.length} scenarios, ${wrong} without a reason\n`);
process.exit(wrong === 0 ? 0 : 1);
