/**
 * Files of the kinds that people publish, with the recorded verdict of keepalived 2.2.7: nothing that it starts with is
 * refused, and each of its complaints has ours at the same line or a written reason. `tools/corpus-record.ts` records.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { compare, isOpen } from '../facts/compare.ts';
import { parseVerdicts } from '../facts/verdict.ts';

const folder = join(import.meta.dirname, 'corpus');
const verdicts = parseVerdicts(readFileSync(join(folder, 'verdicts.tsv'), 'utf8'));

for (const verdict of verdicts) {
  test(`${verdict.name} is judged as keepalived judges it`, () => {
    const text = readFileSync(join(folder, `${verdict.name}.conf`), 'utf8');
    const { refused, lenient, answers, errors } = compare(text, verdict);
    assert.deepEqual(
      answers.filter(isOpen).map(({ complaint }) => complaint),
      [],
    );
    assert.equal(refused, false, JSON.stringify(errors));
    assert.equal(lenient, false, 'keepalived does not start with it, and nobody says why');
  });
}

test('every file has a verdict', () => {
  const files = globSync(join(folder, '*.conf')).map((path) => basename(path, '.conf'));
  assert.deepEqual(files.sort(), verdicts.map(({ name }) => name).sort());
});

test('the comparison finds what is missing', () => {
  const status = 5;
  const complaints = [{ line: 1, text: "Unknown keyword 'nobody'" }];
  const { answers } = compare('global_defs {\n}\n', { name: 'none', status, complaints });
  assert.equal(answers.filter(isOpen).length, 1);
  const refusal = compare('vrrp_instance A {\n interface\n}\n', { name: 'none', status, complaints: [] });
  assert.equal(refusal.refused, true);
});
