/**
 * The BFD engine: routes packets to sessions, serves their deadlines, and tells the failover engine who is up. It has no clock,
 * and no source of chance but its seed; `step` is its only door.
 */
import { familyOf } from '../../base/address.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { after, earliest, type Instant, milliseconds, times } from '../../base/units.ts';
import { newSession, type SessionInput, type SessionState } from '../../protocol/bfd/state.ts';
import type { UdpEndpoint } from '../../udp-port.ts';
import { createDeadlines } from '../timing/deadlines.ts';
import type { BfdInput, BfdOutput } from './exchange.ts';
import { Hearing } from './hearing.ts';
import { type BfdModel, isSameSession, portOf } from './model.ts';
import { resumedState } from './resumption.ts';
import {
  type BfdSession,
  createSession,
  inForce,
  sessionDeadlineRules,
  sessionSnapshot,
} from './session.ts';
import type { BfdSessionSnapshot, BfdSnapshot } from './snapshot.ts';
import { Speaker } from './speaker.ts';
import { SessionTable } from './table.ts';

/** RFC 5881 4. */
const FIRST_PORT = 49_152;
const LAST_PORT = 65_535;
const PORT_DRAWS = 64;

/** How soon a port that could not be had is tried again: at once, since who held it may be dying, then ever later. */
const RETRY_FIRST = milliseconds(2);
const RETRY_LAST = milliseconds(1_000);

export interface BfdEngineOptions {
  /** What an earlier failover process of this daemon was, when this one takes its place. */
  readonly resume: BfdSnapshot | undefined;
  readonly seed: number;
}

export class BfdEngine {
  readonly #resume: ReadonlyMap<string, BfdSessionSnapshot>;
  readonly #table = new SessionTable();
  readonly #deadlines = createDeadlines<BfdSession>(sessionDeadlineRules);
  readonly #speaker = new Speaker();
  readonly #hearing: Hearing;
  readonly #names: Random;
  readonly #jitter: Random;
  readonly #ports = new Set<number>();
  #endpoints: readonly UdpEndpoint[] = [];
  #listen: readonly UdpEndpoint[] | undefined;
  #retryAt: Instant | undefined;
  #retryAfter = RETRY_FIRST;
  #refused: ReadonlySet<string> = new Set();
  #isFirst = true;
  #isStopped = false;

  constructor({ resume, seed }: BfdEngineOptions) {
    const random = createRandom(seed);
    this.#names = random.fork('names');
    this.#jitter = random.fork('jitter');
    this.#resume = new Map(resume?.sessions.map((each) => [each.model.name, each]));
    this.#hearing = new Hearing(this.#table, this.#speaker, resume);
  }

  step(input: BfdInput, now: Instant): BfdOutput {
    if (!this.#isStopped) this.#handle(input, now);
    const isRetry = this.#retryAt !== undefined && this.#retryAt <= now;
    if (isRetry) this.#retryAt = undefined;
    const listen = isRetry ? this.#endpoints : this.#listen;
    this.#listen = undefined;
    const wakeAt = this.#isStopped
      ? undefined
      : earliest(this.#deadlines.earliest(), this.#retryAt);
    return { listen, ...this.#speaker.take(), wakeAt };
  }

  snapshot(now: Instant): BfdSnapshot {
    return {
      takenAt: now,
      sessions: [...this.#table].map(sessionSnapshot),
      rejected: Object.fromEntries(this.#hearing.rejected),
      overflowed: this.#hearing.overflowed,
    };
  }

  #handle(input: BfdInput, now: Instant): void {
    switch (input.kind) {
      case 'datagrams':
        for (const datagram of input.datagrams) {
          const found = this.#hearing.take(datagram, now);
          if (found === undefined) continue;
          const { session, packet } = found;
          session.isSpared = false;
          this.#move(session, { kind: 'packet', packet, at: datagram.receivedAt }, now);
        }
        return;
      case 'wake':
        for (const session of this.#deadlines.takeDue(now)) {
          this.#move(session, { kind: 'wake', readUntil: input.readUntil }, now);
        }
        return;
      case 'deaf':
        this.#deaf(input.lost, now);
        return;
      case 'transmit-failed':
        this.#speaker.failed(this.#table.named(input.session), input.error, now);
        return;
      case 'listening':
        this.#listening(input.failures, now);
        return;
      case 'configure':
        this.#configure(input.models, now);
        return;
      case 'stop':
        for (const session of this.#table) this.#move(session, { kind: 'disable' }, now);
        this.#isStopped = true;
    }
  }

  #move(session: BfdSession, input: SessionInput, now: Instant): void {
    this.#speaker.step(session, input, { now, draw: this.#jitter.unit() });
    this.#deadlines.schedule(session, sessionDeadlineRules.deadlineOf(session));
  }

  /** Each may have spoken, and is given the time to speak again; but once, so that a flood cannot hide a loss. */
  #deaf(lost: number, now: Instant): void {
    for (const session of this.#table) {
      if (session.isSpared) continue;
      session.isSpared = true;
      this.#move(session, { kind: 'spare' }, now);
    }
    this.#hearing.missed(lost, now);
  }

  #configure(models: readonly BfdModel[], now: Instant): void {
    const wanted = new Map(models.map((model) => [model.name, model]));
    for (const session of [...this.#table]) {
      const model = wanted.get(session.model.name);
      if (model === undefined || !isSameSession(session.model, model)) this.#remove(session, now);
    }
    for (const model of wanted.values()) {
      const session = this.#table.named(model.name);
      if (session === undefined) this.#add(model, now);
      else {
        session.model = model;
        this.#move(session, { kind: 'adjust' }, now);
      }
    }
    // What an instance begins to track must be known, whether it has changed or not.
    for (const session of this.#table) this.#speaker.tell(session);
    this.#isFirst = false;
    const endpoints = endpointsOf(models);
    if (sameEndpoints(endpoints, this.#endpoints)) return;
    this.#endpoints = endpoints;
    this.#listen = endpoints;
    this.#retryAfter = RETRY_FIRST;
  }

  #add(model: BfdModel, now: Instant): void {
    const was = this.#isFirst ? this.#resumed(model) : undefined;
    const state: SessionState =
      was === undefined
        ? newSession(model, this.#drawDiscriminator(), now)
        : resumedState(model, was.state, now);
    const sourcePort = was?.sourcePort ?? this.#drawPort();
    this.#ports.add(sourcePort);
    const session = createSession({ model, state, sourcePort, now });
    if (was !== undefined) {
      session.since = was.since;
      session.cause = was.cause;
      const { rejected, ...counts } = was.statistics;
      session.statistics = counts;
      Hearing.restore(session.rejected, rejected);
      if (state.state === 'up' && !state.polling) session.told = inForce(state);
    }
    this.#table.add(session);
    this.#deadlines.schedule(session, sessionDeadlineRules.deadlineOf(session));
  }

  #resumed(model: BfdModel): BfdSessionSnapshot | undefined {
    const was = this.#resume.get(model.name);
    return was !== undefined && isSameSession(was.model, model) ? was : undefined;
  }

  #remove(session: BfdSession, now: Instant): void {
    this.#move(session, { kind: 'disable' }, now);
    this.#table.remove(session);
    this.#ports.delete(session.sourcePort);
  }

  #drawDiscriminator(): number {
    for (;;) {
      const drawn = this.#names.within(1, 0xffff_ffff);
      if (this.#table.withDiscriminator(drawn) === undefined) return drawn;
    }
  }

  /** Unique as long as there are enough of them (RFC 5881 4). */
  #drawPort(): number {
    let drawn = this.#names.within(FIRST_PORT, LAST_PORT);
    for (let draws = 1; draws < PORT_DRAWS && this.#ports.has(drawn); draws += 1) {
      drawn = this.#names.within(FIRST_PORT, LAST_PORT);
    }
    return drawn;
  }

  #listening(failures: Extract<BfdInput, { kind: 'listening' }>['failures'], now: Instant): void {
    const known = this.#refused;
    this.#refused = new Set(failures.map(({ endpoint }) => keyOf(endpoint)));
    if (failures.length === 0) return;
    this.#retryAt = after(now, this.#retryAfter);
    const isPatient = this.#retryAfter >= RETRY_LAST;
    this.#retryAfter = isPatient ? RETRY_LAST : times(this.#retryAfter, 2);
    for (const { endpoint, error } of failures) {
      // A predecessor lets go of its ports within milliseconds; who holds one longer is somebody else.
      const isBusy = error.code === 'EADDRINUSE' && this.#retryAfter < LONG_HELD;
      if (isBusy)
        this.#refused = new Set([...this.#refused].filter((key) => key !== keyOf(endpoint)));
      else if (!known.has(keyOf(endpoint))) this.#speaker.refused(endpoint, error, now);
    }
  }
}

const LONG_HELD = milliseconds(250);

function endpointsOf(models: readonly BfdModel[]): readonly UdpEndpoint[] {
  const endpoints = new Map<string, UdpEndpoint>();
  for (const model of models) {
    const endpoint = { family: familyOf(model.neighbour), port: portOf(model) };
    endpoints.set(keyOf(endpoint), endpoint);
  }
  return [...endpoints.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function sameEndpoints(one: readonly UdpEndpoint[], other: readonly UdpEndpoint[]): boolean {
  return one.map(keyOf).join() === other.map(keyOf).join();
}

function keyOf({ family, port }: UdpEndpoint): string {
  return `${family}/${port}`;
}
