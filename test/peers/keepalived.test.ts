/** The matrix against the packaged keepalived: every wire form, both roles, every event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { macOf } from '../lab/host.ts';
import { dissect } from './dissect.ts';
import { match, self, together } from './match.ts';
import { declareTests, playMatrix, renderMatrix } from './matrix.ts';
import { wireForms } from './wire-form.ts';

const above = wireForms.map((form) => match(form, self, 'keepalived'));
const below = wireForms.map((form) => match(form, 'keepalived', self));
const rows = await playMatrix([...above, ...below], together);
process.stdout.write(`${renderMatrix(rows)}\n`);
declareTests(rows);

/** Wireshark holds version 2 over IPv6, which no RFC has, for a wrong checksum; keepalived's own too. */
const standard = rows.filter((_, index) => {
  const form = wireForms[index];
  return form !== undefined && !(form.version === 2 && form.family === 6);
});

test('tshark reads every frame of ours, in every form of the RFCs, without complaint', async () => {
  assert.equal(standard.length, 10);
  for (const row of standard) {
    const opinion = await dissect([row.recording], [macOf(1)]);
    assert.ok(opinion.messages >= 3, `${row.name}: ${opinion.messages} messages recorded`);
    assert.deepEqual(opinion.complaints, [], row.name);
  }
});
