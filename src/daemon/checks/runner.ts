/** Carries out the checks that the engine asks for: thousands at once, in order where something runs short. */
import type { Instant } from '../../base/units.ts';
import { between } from '../../base/units.ts';
import type { SecurityModel } from '../../engine/translation/supervisor-model.ts';
import type { CheckOutcome, CheckRequest } from '../../health/check.ts';
import type { Judgement } from '../../health/checkers/conversation.ts';
import { Connections } from '../../linux/checks/connections.ts';
import { openFilesLimit, setOpenFilesLimit } from '../../linux/process.ts';
import { Budget, type BudgetOptions } from './budget.ts';
import type { Ask } from './client.ts';
import { lazily } from './lazily.ts';
import { judgeSoon, startPlain } from './plain.ts';
import type { Start, Task } from './task.ts';

export interface CheckRunnerOptions {
  now(): Instant;
  /** What has been found out since the last call; never called before `begin` has returned. */
  tell(outcomes: readonly CheckOutcome[]): void;
  /** One line for the journal: what runs short, a script that had to be killed. */
  notice(text: string): void;
  /** Who scripts run as, and whether unsafe ones run at all. */
  readonly security: SecurityModel;
  /** How many connections, and how many scripts, at once; undefined: what the process' limits allow, and 256. */
  readonly connections?: number;
  readonly scripts?: number;
}

export interface CheckRunner {
  /** A checker that is asked again while its last check is on its way has that one given up. */
  begin(requests: readonly CheckRequest[]): void;
  /** Gives up what these checkers have under way, without an outcome, and forgets them. */
  cancel(checkers: Iterable<string>): void;
  /** Ends everything, scripts too. Nothing is told any more. */
  close(): void;
}

/** Descriptors that are not for checks: channels, scripts, netlink, files. */
const RESERVE = 128;
const WANTED_DESCRIPTORS = 65_536;
const SCRIPTS = 256;
/** So many are started before the loop looks at what has answered; a process takes milliseconds to start. */
const SOCKETS_AT_ONCE = 128;
const SCRIPTS_AT_ONCE = 2;
const RETRY_MILLISECONDS = 100;

export function createCheckRunner(options: CheckRunnerOptions): CheckRunner {
  return new Runner(options);
}

/**
 * What is known of a checker, from its first check until it is cancelled. A map in which each check came and went would be
 * made anew every few hundred checks, and the tables that it has left keep alive what they held.
 */
interface Place {
  running: Running | undefined;
  /** Its last check has waited until its timeout, in vain. */
  isUnanswered: boolean;
}

interface Running {
  readonly request: CheckRequest;
  readonly place: Place;
  readonly lane: Lane;
  /** It is of a server that did not answer before. */
  readonly isHeld: boolean;
  readonly startedAt: Instant;
  task: Task | undefined;
}

/** Checks that need the same scarce thing. A map, since it is a queue from which anything can be taken. */
interface Lane {
  readonly waiting: Map<string, CheckRequest>;
  /** Those of servers that did not answer before: the others come first. */
  readonly held: Map<string, CheckRequest>;
  readonly budget: Budget;
  readonly atOnce: number;
  /** In this turn of the loop. */
  started: number;
}

class Runner implements CheckRunner {
  readonly #options: CheckRunnerOptions;
  readonly #connections: Connections;
  /** By checker. */
  readonly #places = new Map<string, Place>();
  readonly #sockets: Lane;
  readonly #scripts: Lane;
  #outcomes: CheckOutcome[] = [];
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(options: CheckRunnerOptions) {
    this.#options = options;
    this.#connections = new Connections(() => this.#turn());
    const { notice, now } = options;
    if (openFilesLimit() < WANTED_DESCRIPTORS) setOpenFilesLimit(WANTED_DESCRIPTORS);
    const most = Math.max(1, openFilesLimit() - RESERVE);
    this.#sockets = laneOf(SOCKETS_AT_ONCE, {
      name: 'descriptors for checks',
      limit: options.connections ?? most,
      ...{ notice, now },
    });
    this.#scripts = laneOf(SCRIPTS_AT_ONCE, {
      name: 'processes for checks',
      limit: options.scripts ?? SCRIPTS,
      ...{ notice, now },
    });
  }

  begin(requests: readonly CheckRequest[]): void {
    for (const request of requests) {
      const place = this.#placeOf(request.checker);
      this.#drop(request.checker, place);
      const lane = request.settings.kind === 'misc' ? this.#scripts : this.#sockets;
      const isHeld = place.isUnanswered;
      if (!isHeld && this.#startNow(request, place, lane)) continue;
      (isHeld ? lane.held : lane.waiting).set(request.checker, request);
      this.#wake();
    }
  }

  #placeOf(checker: string): Place {
    let place = this.#places.get(checker);
    if (place === undefined) {
      place = { running: undefined, isUnanswered: false };
      this.#places.set(checker, place);
    }
    return place;
  }

  /** Where nothing waits and nothing is short, a check needs no queue. */
  #startNow(request: CheckRequest, place: Place, lane: Lane): boolean {
    const { waiting, held, budget, atOnce } = lane;
    if (lane.started === atOnce || waiting.size > 0 || held.size > 0) return false;
    if (!budget.take()) return false;
    lane.started += 1;
    const shortage = this.#start(request, { place, lane, isHeld: false });
    if (shortage === undefined) return true;
    budget.exhaust(shortage);
    this.#retryLater(budget);
    return false;
  }

  cancel(checkers: Iterable<string>): void {
    for (const checker of checkers) {
      const place = this.#places.get(checker);
      if (place === undefined) continue;
      this.#drop(checker, place);
      this.#places.delete(checker);
    }
    this.#wake();
  }

  close(): void {
    clearImmediate(this.#soon);
    clearTimeout(this.#later);
    for (const { running } of this.#places.values()) running?.task?.cancel();
    this.#places.clear();
    for (const lane of [this.#sockets, this.#scripts]) {
      lane.waiting.clear();
      lane.held.clear();
    }
    this.#connections.end();
  }

  #drop(checker: string, place: Place): void {
    leave(this.#sockets, checker);
    leave(this.#scripts, checker);
    const { running } = place;
    if (running === undefined) return;
    place.running = undefined;
    running.lane.budget.release(running.isHeld);
    running.task?.cancel();
  }

  /** Tells and starts in a moment, whatever is to be told and started until then. */
  #wake(): void {
    this.#soon ??= setImmediate(() => this.#turn());
  }

  #turn(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#sockets.started = 0;
    this.#scripts.started = 0;
    if (this.#outcomes.length > 0) {
      const outcomes = this.#outcomes;
      this.#outcomes = [];
      this.#options.tell(outcomes);
    }
    this.#startSome(this.#sockets);
    this.#startSome(this.#scripts);
  }

  #startSome(lane: Lane): void {
    const { waiting, held, budget, atOnce } = lane;
    if (waiting.size === 0 && held.size === 0) return;
    for (const queue of [waiting, held]) {
      const isHeld = queue === held;
      for (const [checker, request] of queue) {
        if (lane.started === atOnce) {
          this.#wake();
          return;
        }
        if (!budget.take(isHeld)) return;
        const place = this.#placeOf(checker);
        const shortage = this.#start(request, { place, lane, isHeld });
        if (shortage !== undefined) {
          budget.exhaust(shortage, isHeld);
          this.#retryLater(budget);
          return;
        }
        queue.delete(checker);
        lane.started += 1;
      }
    }
    budget.relax();
  }

  /** Why it could not be started, for lack of something on this host. */
  #start(
    request: CheckRequest,
    way: Pick<Running, 'place' | 'lane' | 'isHeld'>,
  ): string | undefined {
    const startedAt = this.#options.now();
    const running: Running = { request, ...way, startedAt, task: undefined };
    const begun = this.#starterOf(request)(request, (judgement) => {
      this.#settle(running, judgement);
    });
    if (begun.kind === 'exhausted') return begun.why;
    running.task = begun;
    way.place.running = running;
    return undefined;
  }

  #starterOf({ settings }: CheckRequest): Start {
    switch (settings.kind) {
      case 'http':
        if (settings.http2 === true) return this.#http2;
        return settings.tls === undefined ? this.#plain : this.#secure;
      case 'misc':
        return this.#script;
      case 'redis':
        return this.#redis;
      case 'mysql':
        return this.#mysql;
      case 'pgsql':
        return this.#pgsql;
      case 'grpc':
        return this.#grpc;
      case 'file':
      case 'bfd':
        return (_, judged) => judgeSoon(judged, 'nobody has told its state yet');
      default:
        return this.#plain;
    }
  }

  readonly #plain: Start = (request, judged) => startPlain(this.#connections, request, judged);
  readonly #secure: Start = lazily(async () => {
    const { startSecure } = await import('./secure.ts');
    return (request, judged) => startSecure(this.#connections, request, judged);
  });
  readonly #script: Start = lazily(async () => {
    const { startCheckScript } = await import('./script.ts');
    const { security, notice } = this.#options;
    return (request, judged) => startCheckScript({ security, notice }, request, judged);
  });

  readonly #redis = this.#client(async () => (await import('./clients/redis.ts')).askRedis);
  readonly #mysql = this.#client(async () => (await import('./clients/mysql.ts')).askMysql);
  readonly #pgsql = this.#client(async () => (await import('./clients/pgsql.ts')).askPgsql);
  readonly #grpc = this.#client(async () => (await import('./clients/grpc.ts')).askGrpc);
  readonly #http2 = this.#client(async () => (await import('./clients/http2-get.ts')).askHttp2);

  #client(load: () => Promise<Ask>): Start {
    return lazily(async () => {
      const [ask, { startClient }] = await Promise.all([load(), import('./client.ts')]);
      return (request, judged) => startClient(ask, this.#connections, request, judged);
    });
  }

  #settle(running: Running, { passed, weight, detail }: Judgement): void {
    const { request, place, startedAt, lane, isHeld } = running;
    const { checker, sequence, target } = request;
    if (place.running !== running) return;
    place.running = undefined;
    lane.budget.release(isHeld);
    const took = between(startedAt, this.#options.now());
    place.isUnanswered = !passed && took >= target.timeout;
    this.#outcomes.push({ checker, sequence, passed, weight, detail, took });
    this.#wake();
  }

  #retryLater(budget: Budget): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      budget.restore();
      this.#turn();
    }, RETRY_MILLISECONDS);
  }
}

function laneOf(atOnce: number, options: BudgetOptions): Lane {
  return { waiting: new Map(), held: new Map(), budget: new Budget(options), atOnce, started: 0 };
}

function leave({ waiting, held }: Lane, checker: string): void {
  if (waiting.size > 0) waiting.delete(checker);
  if (held.size > 0) held.delete(checker);
}
