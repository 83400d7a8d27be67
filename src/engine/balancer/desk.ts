/** When each check begins, and what its answer comes to. One deadline for each check, and no burst after a standstill. */
import type { Random } from '../../base/random.ts';
import { between, type Duration, type Instant, milliseconds } from '../../base/units.ts';
import type { CheckOutcome, CheckRequest } from '../../health/check.ts';
import { fileVerdict } from '../../health/pool.ts';
import { begin, judge, postpone, resume, suspend, tell } from '../../health/verdict.ts';
import { createDeadlines, type Deadlines } from '../timing/deadlines.ts';
import { type Consequences, reweigh, serverReport, serverSubject } from './pools.ts';
import { type CheckState, isTold, type ServiceState } from './state.ts';

/** Checks that come later than this were kept from coming by a standstill of the whole process. */
const standstill = milliseconds(500);
const never = 0 as Duration;
/**
 * Checks begin at whole multiples of this: one wake-up for all that fall due within it, where waking up costs more than
 * a check. Nobody's rounds drift by it, since they are counted from when a check was due.
 */
const beat = milliseconds(4);

export class CheckDesk {
  readonly #checks = new Map<string, CheckState>();
  readonly #deadlines: Deadlines<CheckState>;
  readonly #random: Random;
  /** What files and sessions have said, by `file:NAME` and `bfd:NAME`, and who listens. */
  readonly #told = new Map<string, number>();
  readonly #listeners = new Map<string, Set<CheckState>>();
  #cancelled: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#deadlines = createDeadlines<CheckState>({
      deadlineOf: ({ verdict }) => verdict.dueAt,
      slackOf: () => never,
    });
  }

  draw(): number {
    return this.#random.unit();
  }

  /** When the next checks begin. */
  earliest(): Instant | undefined {
    const earliest = this.#deadlines.earliest();
    return earliest && ((Math.ceil(earliest / beat) * beat) as Instant);
  }

  /** A check begins to be known; one that listens hears what has been told already. */
  add(check: CheckState, now: Instant): void {
    this.#checks.set(check.id, check);
    if (!isTold(check)) {
      this.#schedule(check);
      return;
    }
    const source = sourceOf(check);
    const listeners = this.#listeners.get(source) ?? new Set();
    this.#listeners.set(source, listeners.add(check));
    const value = this.#told.get(source);
    if (value !== undefined) hear(check, value, now);
  }

  remove(check: CheckState): void {
    if (this.#checks.get(check.id) === check) this.#checks.delete(check.id);
    if (isTold(check)) this.#listeners.get(sourceOf(check))?.delete(check);
    else this.#cancelled.push(check.id);
    suspend(check.verdict);
  }

  /** A verdict was changed from outside: its deadline may be another. */
  rescheduled(check: CheckState): void {
    this.#schedule(check);
  }

  suspend(service: ServiceState): void {
    for (const check of checksOf(service)) {
      if (isTold(check)) continue;
      if (check.verdict.begunAt !== undefined) this.#cancelled.push(check.id);
      suspend(check.verdict);
    }
  }

  resume(service: ServiceState, now: Instant): void {
    for (const check of checksOf(service)) {
      if (isTold(check)) continue;
      resume(check.model.pacing, check.verdict, now, this.draw());
      this.#schedule(check);
    }
  }

  takeCancelled(): readonly string[] {
    const cancelled = this.#cancelled;
    this.#cancelled = [];
    return cancelled;
  }

  /** The checks that begin now. */
  begin(now: Instant): readonly CheckRequest[] {
    const earliest = this.#deadlines.earliest();
    if (earliest === undefined || earliest > now) return [];
    const late = between(earliest, now);
    const requests: CheckRequest[] = [];
    const latest = (Math.floor(now / beat) * beat) as Instant;
    if (earliest > latest) return [];
    for (const check of this.#deadlines.takeDue(latest)) {
      if (late > standstill && !check.deferred) {
        check.deferred = true;
        postpone(check.verdict, late);
        this.#schedule(check);
        continue;
      }
      check.deferred = false;
      begin(check.verdict, now);
      requests.push(requestFor(check));
    }
    return requests;
  }

  heed(outcomes: readonly CheckOutcome[], into: Consequences): void {
    for (const outcome of outcomes) {
      const check = this.#checks.get(outcome.checker);
      if (check !== undefined) this.#heedOne(check, outcome, into);
    }
  }

  #heedOne(check: CheckState, outcome: CheckOutcome, into: Consequences): void {
    const { verdict } = check;
    const { phase, up, weight } = verdict;
    if (!judge(check.model.pacing, verdict, outcome, into.now)) return;
    this.#schedule(check);
    if (verdict.phase !== phase || verdict.up !== up || verdict.weight !== weight) {
      this.#follow(check, into);
    }
    if (outcome.passed || verdict.up !== up) return;
    if (phase === 'first' && check.model.pacing.alpha && !check.server.up) {
      const cause = { kind: 'check', check: check.model.name, detail: outcome.detail } as const;
      into.reports.push(serverReport(check.server, { cause, repeated: true }, into.now));
    } else if (check.model.pacing.logAllFailures) {
      into.reports.push({
        kind: 'check-failed',
        ...serverSubject(check.server),
        at: into.now,
        check: check.model.name,
        detail: outcome.detail,
      });
    }
  }

  /** A file says a number, a session that it is up (1) or down (0). */
  tell(source: string, value: number, into: Consequences): void {
    if (this.#told.get(source) === value) return;
    this.#told.set(source, value);
    for (const check of this.#listeners.get(source) ?? []) {
      const { phase, up, weight } = check.verdict;
      hear(check, value, into.now);
      const { verdict } = check;
      if (verdict.phase !== phase || verdict.up !== up || verdict.weight !== weight) {
        this.#follow(check, into);
      }
    }
  }

  /** Something of the verdict that others live by has changed. */
  #follow({ verdict, server, model }: CheckState, into: Consequences): void {
    into.memory.push({
      kind: 'check',
      ...{ service: server.service.model.id, server: server.model.name, check: model.name },
      ...{ phase: verdict.phase, up: verdict.up, weight: verdict.weight, since: verdict.since },
    });
    const detail = verdict.last?.detail ?? '';
    reweigh(server, { kind: 'check', check: model.name, detail }, into);
  }

  #schedule(check: CheckState): void {
    this.#deadlines.schedule(check, check.verdict.dueAt);
  }
}

function* checksOf(service: ServiceState): Generator<CheckState> {
  for (const { checks } of service.servers.values()) yield* checks;
}

function sourceOf({ model }: CheckState): string {
  const { checker } = model;
  if (checker.kind === 'file') return `file:${checker.file}`;
  return checker.kind === 'bfd' ? `bfd:${checker.session}` : '';
}

function hear({ model, verdict }: CheckState, value: number, now: Instant): void {
  const { checker } = model;
  if (checker.kind === 'file') {
    const said = fileVerdict(checker, value);
    tell(verdict, { ...said, detail: `${checker.file} holds ${value}` }, now);
    return;
  }
  const up = value !== 0;
  tell(verdict, { up, weight: 0, detail: `the session is ${up ? 'up' : 'down'}` }, now);
}

function requestFor({ id, verdict, model }: CheckState): CheckRequest {
  const { sequence, step } = verdict;
  return { checker: id, sequence, step, settings: model.checker, target: model.target };
}
