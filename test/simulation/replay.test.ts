/** A seed is a bug report: the same one gives the same run, byte for byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDriver } from '../../src/engine/driver.ts';
import { runSeed } from '../../src/sim/run.ts';
import { createTranscript } from '../../src/sim/transcript.ts';

function transcriptOf(seed: number): string {
  const lines: string[] = [];
  const observer = createTranscript((line) => lines.push(line));
  const { scenario, events } = runSeed({ seed, createDriver, observer });
  return [JSON.stringify(scenario), ...lines, events].join('\n');
}

test('the same seed gives the same transcript, byte for byte', () => {
  for (let seed = 1; seed <= 25; seed += 1) assert.equal(transcriptOf(seed), transcriptOf(seed));
});

test('another seed gives another', () => {
  assert.notEqual(transcriptOf(1), transcriptOf(2));
});

test('being watched changes nothing', () => {
  for (let seed = 26; seed <= 35; seed += 1) {
    const observer = createTranscript(() => {});
    const watched = runSeed({ seed, createDriver, observer });
    assert.equal(watched.events, runSeed({ seed, createDriver }).events);
  }
});
