/**
 * Asks the keepalived that is installed here about every file of a folder and records its verdicts beside them.
 *
 *   node tools/corpus-record.ts [FOLDER]
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { renderVerdicts } from '../test/facts/verdict.ts';
import { isInstalled, packaged, runsInside } from '../test/fuzz/packaged.ts';

const [folder = 'test/golden/corpus'] = process.argv.slice(2);
if (!isInstalled) {
  process.stdout.write('keepalived is not installed here\n');
  process.exitCode = 1;
} else if (!runsInside()) {
  const keepalived = packaged();
  const files = globSync(join(folder, '*.conf')).sort();
  const verdicts = files.map((path) =>
    keepalived.ask(basename(path, '.conf'), readFileSync(path, 'utf8')),
  );
  keepalived.close();
  writeFileSync(join(folder, 'verdicts.tsv'), renderVerdicts(verdicts));
  process.stdout.write(`${verdicts.length} verdicts recorded\n`);
}
