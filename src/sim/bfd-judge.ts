/**
 * What must hold for every BFD session of a run, at every look and at the end:
 *
 *   silence    nobody is up for longer than its detection time after the last packet, nor after the way to it was cut
 *   calm       nobody goes down while nothing is wrong; a process that was replaced at once is nothing wrong
 *   agreement  two that are up and have nothing to negotiate count with the same intervals
 *   recovery   in the end everybody is up
 */
import { after, between, type Duration, type Instant, milliseconds } from '../base/units.ts';
import type { BfdReport } from '../engine/bfd/report.ts';
import type { BfdSessionSnapshot } from '../engine/bfd/snapshot.ts';
import { detectionOf, intervalOf } from '../protocol/bfd/session.ts';
import { LATENCY_MOST } from './bfd-net.ts';

/** A session seen from one end. */
export interface Fact {
  /** The name of the host; the session has that of the other one. */
  readonly here: string;
  readonly session: BfdSessionSnapshot;
  /** The other end, where its process runs. */
  readonly there: BfdSessionSnapshot | undefined;
  /** Its process has things to do that it has not come to. */
  readonly isFrozen: boolean;
  /** World time: when it was started, or lost datagrams unread, after which silence counts anew. */
  readonly sparedAt: Instant;
  readonly offset: Duration;
  /** Nothing comes in. */
  readonly cut: boolean;
}

/** Scheduling, and a look every 5 ms at a moving thing. */
const SLACK = milliseconds(2);
/** Until whoever went down in a trouble is up again, and has agreed on intervals. */
const SETTLING = milliseconds(4_500);
/** The shortest detection time that survives a replaced process and what was on its way to it. */
const SURVIVABLE = milliseconds(45);

export class Judge {
  readonly #violate: (words: string) => void;
  /** Until when a host is not judged for going down. */
  readonly #disturbed = new Map<string, Instant>();
  /** Since when nothing comes from the one to the other, `h0>h1`. */
  readonly #cutSince = new Map<string, Instant>();
  readonly #crashed = new Set<string>();

  constructor(violate: (words: string) => void) {
    this.#violate = violate;
  }

  disturb(hosts: readonly string[], until: Instant, isReplaced: boolean): void {
    for (const host of hosts) {
      if (isReplaced) {
        this.#crashed.add(host);
        continue;
      }
      const known = this.#disturbed.get(host) ?? until;
      this.#disturbed.set(host, after(known > until ? known : until, SETTLING));
    }
  }

  cut(from: string, to: string, at: Instant, both: boolean): void {
    this.#cutSince.set(`${from}>${to}`, at);
    if (both) this.#cutSince.set(`${to}>${from}`, at);
  }

  healed(one: string, other: string): void {
    this.#cutSince.delete(`${one}>${other}`);
    this.#cutSince.delete(`${other}>${one}`);
  }

  wentDown(
    here: string,
    { session: other, cause }: Extract<BfdReport, { readonly kind: 'bfd-transition' }>,
    now: Instant,
  ): void {
    if (this.#isDisturbed(here, now) || this.#isDisturbed(other, now)) return;
    const isShort = cause.kind === 'detection-expired' && cause.detection < SURVIVABLE;
    const wasReplaced = this.#crashed.has(here) || this.#crashed.has(other);
    if (wasReplaced && (isShort || cause.kind !== 'detection-expired')) return;
    this.#violate(`${here} lost ${other} at ${now} with nothing wrong: ${JSON.stringify(cause)}`);
  }

  look(facts: readonly Fact[], now: Instant): void {
    for (const fact of facts) {
      if (fact.session.state.state !== 'up' || fact.isFrozen) continue;
      this.#silence(fact, now);
      this.#agreement(fact, now);
    }
  }

  conclude(facts: readonly Fact[]): void {
    for (const { here, session } of facts) {
      if (session.state.state === 'up') continue;
      this.#violate(`${here} to ${session.model.name} is ${session.state.state} in the end`);
    }
  }

  #silence({ here, session, sparedAt, offset, cut }: Fact, now: Instant): void {
    const { state, model } = session;
    const detection = detectionOf(state);
    const own = after(now, offset);
    if (detection === undefined || state.heardAt === undefined) {
      this.#violate(`${here} is up with ${model.name}, of which it knows nothing`);
      return;
    }
    const silence = between(state.heardAt, own);
    if (silence > detection + SLACK) {
      this.#violate(
        `${here} is up with ${model.name} after ${silence} of ${detection} us at ${now}`,
      );
    }
    const since = this.#cutSince.get(`${model.name}>${here}`);
    if (!cut || since === undefined) return;
    const alone = between(since > sparedAt ? since : sparedAt, now);
    if (alone > LATENCY_MOST + detection + SLACK) {
      this.#violate(`${here} is up with ${model.name}, cut off for ${alone} us, at ${now}`);
    }
  }

  #agreement({ here, session, there }: Fact, now: Instant): void {
    const { name } = session.model;
    if (there === undefined || this.#isDisturbed(here, now) || this.#isDisturbed(name, now)) return;
    if (there.state.state !== 'up' || session.state.polling || there.state.polling) return;
    const wanted = Math.max(session.model.minTransmit, there.model.minReceive);
    const detection =
      there.model.multiplier * Math.max(session.model.minReceive, there.model.minTransmit);
    if (intervalOf(session.state) !== wanted || detectionOf(session.state) !== detection) {
      this.#violate(
        `${here} sends ${name} every ${intervalOf(session.state)}, not ${wanted}, or waits ${detectionOf(session.state)}, not ${detection}, at ${now}`,
      );
    }
  }

  #isDisturbed(host: string, now: Instant): boolean {
    const until = this.#disturbed.get(host);
    return until !== undefined && now < until;
  }
}
