/**
 * Lays keepalived's verdicts on a folder of files beside Holdfast's: for every complaint ours at the same line, or
 * the reason why there is none.
 *
 *   node tools/corpus.ts FOLDER [VERDICTS.tsv] [--open]
 *
 * The table has the columns name, exit status, number of messages and messages, with a heading. Exits 1 when a file is
 * refused that keepalived starts with, or when a complaint has neither.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Comparison, compare, isOpen } from '../test/facts/compare.ts';
import { parseVerdicts } from '../test/facts/verdict.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { open: { type: 'boolean', default: false } },
});
const [folder = 'test/golden/corpus', table = join(folder, 'verdicts.tsv')] = positionals;
const verdicts = parseVerdicts(readFileSync(table, 'utf8'));
const comparisons = verdicts.map((verdict) =>
  compare(readFileSync(join(folder, `${verdict.name}.conf`), 'utf8'), verdict),
);
for (const comparison of comparisons) print(comparison);
summary();

function print({ verdict, errors, warnings, answers, refused, lenient }: Comparison): void {
  const shown = values.open ? answers.filter(isOpen) : answers;
  if (values.open && shown.length === 0 && !refused && !lenient) return;
  const ours = errors.length > 0 ? `refused, ${errors.length} errors` : 'starts';
  const mark = refused ? '  REFUSED' : lenient ? '  lenient' : '';
  console.log(
    `${verdict.name}: keepalived ${verdict.status}, ${answers.length} complaints; holdfast ${ours}, ${warnings} warnings${mark}`,
  );
  if (refused) for (const { code, message } of errors) console.log(`    ERROR ${code}: ${message}`);
  for (const each of shown) {
    const { line, text } = each.complaint;
    console.log(`  ${line ?? '-'}: ${text}`);
    for (const { code, message } of each.same) console.log(`      ${code}: ${message}`);
    if (each.same.length === 0) console.log(`      reason: ${each.reason ?? 'NONE'}`);
  }
}

function summary(): void {
  const answers = comparisons.flatMap((each) => each.answers);
  const same = answers.filter((each) => each.same.length > 0).length;
  const open = answers.filter(isOpen).length;
  const refused = comparisons.filter((each) => each.refused).length;
  const lenient = comparisons.filter((each) => each.lenient).length;
  console.log(
    `${comparisons.length} files, ${refused} refused that keepalived starts with, ${lenient} accepted that it does not start with; ` +
      `${answers.length} complaints: ${same} at the same line, ${answers.length - same - open} with a reason, ${open} with neither`,
  );
  process.exitCode = refused + open > 0 ? 1 : 0;
}
