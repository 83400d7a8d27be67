/**
 * Mutated files against the reader: nothing throws, nothing hangs, every place lies in its text, every renderer
 * can show what was found.
 *
 *   node test/fuzz/reader.ts --count 1000000 --seed 1 --corpus FOLDER
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/base/random.ts';
import type { LoadedTree } from '../../src/config/load.ts';
import { renderLines } from '../../src/config/render/line.ts';
import { renderTerminal } from '../../src/config/render/terminal.ts';
import type { Statement } from '../../src/config/tree.ts';
import { load } from '../config/kit.ts';
import { mutate } from './mutate.ts';
import { seedTexts } from './seeds.ts';

export interface Campaign {
  readonly count: number;
  readonly seed: number;
  readonly folders: readonly string[];
}

export interface Verdict {
  readonly runs: number;
  readonly slowest: { readonly milliseconds: number; readonly seed: number };
  /** The first failure; the campaign stops there. */
  readonly failure:
    | { readonly seed: number; readonly text: string; readonly error: unknown }
    | undefined;
}

/** Above this a small mutated file is not slow but stuck. */
const patience = 5_000;

export function runCampaign(campaign: Campaign): Verdict {
  const seeds = seedTexts(campaign.folders);
  let slowest = { milliseconds: 0, seed: campaign.seed };
  for (let run = 0; run < campaign.count; run += 1) {
    const seed = campaign.seed + run;
    const random = createRandom(seed);
    const text = mutate(random.pick(seeds), random);
    const began = performance.now();
    try {
      inspect(load({ 'main.conf': text, 'a.conf': '$A=x\nrule $A\n' }), seed % 16 === 0);
    } catch (error) {
      return { runs: run + 1, slowest, failure: { seed, text, error } };
    }
    const milliseconds = performance.now() - began;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, seed };
    if (milliseconds > patience) {
      return { runs: run + 1, slowest, failure: { seed, text, error: 'too slow' } };
    }
  }
  return { runs: campaign.count, slowest, failure: undefined };
}

function inspect(loaded: LoadedTree, isRendered: boolean): void {
  inspectStatements(loaded, loaded.statements);
  for (const { span } of loaded.diagnostics) {
    if (span !== undefined) inspectSpan(loaded, span);
  }
  if (!isRendered) return;
  renderLines(loaded.diagnostics, loaded.sources);
  renderTerminal(loaded.diagnostics.slice(0, 20), loaded.sources, { colour: true, width: 60 });
}

function inspectStatements(loaded: LoadedTree, statements: readonly Statement[]): void {
  for (const { words, block, span } of statements) {
    inspectSpan(loaded, span);
    for (const word of words) {
      inspectSpan(loaded, word.span);
      for (const use of word.via) inspectSpan(loaded, use);
    }
    if (block !== undefined) inspectStatements(loaded, block.statements);
  }
}

function inspectSpan(
  loaded: LoadedTree,
  span: { readonly source: number; readonly start: number; readonly end: number },
): void {
  const length = loaded.sources[span.source]?.text.length ?? -1;
  if (span.start < 0 || span.start > span.end || span.end > length) {
    throw new Error(`span ${JSON.stringify(span)} does not lie in its source of ${length}`);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      corpus: { type: 'string', multiple: true, default: [] },
    },
  });
  const verdict = runCampaign({
    count: Number(values.count),
    seed: Number(values.seed),
    folders: values.corpus,
  });
  const { runs, slowest, failure } = verdict;
  process.stdout.write(
    `${runs} files, slowest ${slowest.milliseconds.toFixed(1)} ms (seed ${slowest.seed})\n`,
  );
  if (failure !== undefined) {
    process.stdout.write(`seed ${failure.seed} failed: ${failure.error}\n${failure.text}\n`);
    process.exitCode = 1;
  }
}
