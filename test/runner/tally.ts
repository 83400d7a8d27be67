/** Runs the files of one tier, tells what matters as it comes, and counts. */
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { Tier } from './tier.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Their names. */
  readonly skipped: readonly string[];
  /** Seconds. */
  readonly took: number;
}

export type Print = (text: string) => void;

type Event<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];

export async function runTier(tier: Tier, files: readonly string[], print: Print): Promise<Tally> {
  const started = performance.now();
  const skipped: string[] = [];
  let [passed, failed] = [0, 0];
  const signal = AbortSignal.timeout(Math.ceil(tier.limit * 1000));
  const events = run({
    files: [...files],
    concurrency: tier.alone ? 1 : availableParallelism(),
    signal,
  });
  for await (const event of events as AsyncIterable<TestEvent>) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') print(event.data.message);
    if (event.type === 'test:fail') tellFailure(event.data, print);
    if (event.type === 'test:pass' && isLeftOut(event.data)) skipped.push(event.data.name);
    if (event.type !== 'test:summary') continue;
    const { counts, file } = event.data;
    if (file !== undefined) tellFile(event.data, print);
    else [passed, failed] = [counts.passed, counts.tests - counts.passed - leftOut(counts)];
  }
  if (signal.aborted) {
    failed += 1;
    print(`FAILED  ${tier.name} took longer than ${tier.limit.toFixed(0)} s and was broken off\n`);
  }
  return { passed, failed, skipped, took: (performance.now() - started) / 1000 };
}

function leftOut(counts: Event<'test:summary'>['counts']): number {
  return counts.skipped + counts.todo;
}

function isLeftOut(test: Event<'test:pass'>): boolean {
  return test.skip !== undefined || test.todo !== undefined;
}

function tellFile(summary: Event<'test:summary'>, print: Print): void {
  const { counts, duration_ms: duration, file = '', success } = summary;
  const time = `${(duration / 1000).toFixed(1)} s`;
  print(
    `${success ? 'ok    ' : 'FAILED'}  ${relative('.', file)}: ${counts.passed} passed, ${time}\n`,
  );
}

/** Once for each cause: a parent that failed because a child of it did has nothing to add. */
function tellFailure(test: Event<'test:fail'>, print: Print): void {
  const { error } = test.details;
  if ('failureType' in error && error.failureType === 'subtestsFailed') return;
  const place = test.file === undefined ? '' : `${relative('.', test.file)}:${test.line}`;
  const cause =
    error.cause instanceof Error ? inspect(error.cause) : (error.cause ?? error.message);
  print(`FAILED  ${place}  ${test.name}\n${indent(`${cause}`)}\n`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '        ');
}
