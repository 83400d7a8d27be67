/** Runs the files of one tier, tells what matters as it comes, and counts. */
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { TOO_LATE } from '../lab/timeliness.ts';
import type { Tier } from './tier.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Their names. */
  readonly skipped: readonly string[];
  /** Seconds. */
  readonly took: number;
}

const properties = new URL('./properties.ts', import.meta.url).href;

export type Print = (text: string) => void;

type Event<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];

/** What is known of one file. */
interface Account {
  passed: number;
  failed: number;
  /** Tests that were only too late. */
  late: number;
  /** Tests that were wrong. */
  wrong: number;
}

/** Files whose tests were wrong in nothing but time are run once more, alone: a machine may be busy for a moment. */
export async function runTier(tier: Tier, files: readonly string[], print: Print): Promise<Tally> {
  const started = performance.now();
  const accounts = new Map<string, Account>();
  const first = await runOnce(tier, files, { print, accounts });
  let { passed, failed } = first;
  for (const [file, account] of accounts) {
    if (account.late === 0 || account.wrong > 0) continue;
    print(`once more, since it was only too late: ${relative('.', file)}\n`);
    const again = await runOnce(tier, [file], { print, accounts: new Map() });
    passed += again.passed - account.passed;
    failed += again.failed - account.failed;
  }
  return { passed, failed, skipped: first.skipped, took: (performance.now() - started) / 1000 };
}

interface Telling {
  readonly print: Print;
  readonly accounts: Map<string, Account>;
}

async function runOnce(
  tier: Tier,
  files: readonly string[],
  { print, accounts }: Telling,
): Promise<Omit<Tally, 'took'>> {
  const skipped: string[] = [];
  let [passed, failed] = [0, 0];
  const signal = AbortSignal.timeout(Math.ceil(tier.limit * 1000));
  const events = run({
    files: [...files],
    concurrency: tier.alone ? 1 : availableParallelism() + (tier.waits ? 1 : 0),
    execArgv: ['--import', properties],
    signal,
  });
  for await (const event of events as AsyncIterable<TestEvent>) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') print(event.data.message);
    if (event.type === 'test:fail') {
      tellFailure(event.data, print);
      enter(event.data, accounts);
    }
    if (event.type === 'test:pass' && isLeftOut(event.data)) skipped.push(event.data.name);
    if (event.type !== 'test:summary') continue;
    const { counts, file } = event.data;
    const sums = { passed: counts.passed, failed: counts.tests - counts.passed - leftOut(counts) };
    if (file === undefined) ({ passed, failed } = sums);
    else {
      tellFile(event.data, print);
      Object.assign(accountOf(file, accounts), sums);
    }
  }
  if (signal.aborted) {
    failed += 1;
    print(`FAILED  ${tier.name} took longer than ${tier.limit.toFixed(0)} s and was broken off\n`);
  }
  return { passed, failed, skipped };
}

function accountOf(file: string, accounts: Map<string, Account>): Account {
  const known = accounts.get(file) ?? { passed: 0, failed: 0, late: 0, wrong: 0 };
  accounts.set(file, known);
  return known;
}

function enter(test: Event<'test:fail'>, accounts: Map<string, Account>): void {
  const { error } = test.details;
  if (test.file === undefined || isOfChild(error)) return;
  const account = accountOf(test.file, accounts);
  const { message } = error.cause instanceof Error ? error.cause : error;
  if (message.startsWith(TOO_LATE)) account.late += 1;
  else account.wrong += 1;
}

/** A parent that failed because a child of it did has nothing to add. */
function isOfChild(error: Event<'test:fail'>['details']['error']): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
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

/** Once for each cause. */
function tellFailure(test: Event<'test:fail'>, print: Print): void {
  const { error } = test.details;
  if (isOfChild(error)) return;
  const place = test.file === undefined ? '' : `${relative('.', test.file)}:${test.line}`;
  const cause =
    error.cause instanceof Error ? inspect(error.cause) : (error.cause ?? error.message);
  print(`FAILED  ${place}  ${test.name}\n${indent(`${cause}`)}\n`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '        ');
}
