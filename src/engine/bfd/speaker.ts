/** Takes a session one step, and gathers what follows: packets, verdicts for the failover engine, reports. */
import type { Instant } from '../../base/units.ts';
import type { PortError } from '../../ports.ts';
import { stepSession } from '../../protocol/bfd/session.ts';
import {
  type Moment,
  packetOf,
  type SessionCause,
  type SessionInput,
  type SessionState,
} from '../../protocol/bfd/state.ts';
import type { UdpEndpoint } from '../../udp-port.ts';
import { encodeBfdPacket } from '../../wire/bfd.ts';
import type { BfdOutput, OutgoingPacket, Verdict } from './exchange.ts';
import { portOf, trackerOf } from './model.ts';
import type { BfdReport } from './report.ts';
import { type BfdSession, inForce } from './session.ts';
import { sessionCauseWords } from './words.ts';

export class Speaker {
  #transmit: OutgoingPacket[] = [];
  #verdicts: Verdict[] = [];
  #reports: BfdReport[] = [];

  take(): Pick<BfdOutput, 'transmit' | 'verdicts' | 'reports'> {
    const taken = { transmit: this.#transmit, verdicts: this.#verdicts, reports: this.#reports };
    if (taken.transmit.length > 0) this.#transmit = [];
    if (taken.verdicts.length > 0) this.#verdicts = [];
    if (taken.reports.length > 0) this.#reports = [];
    return taken;
  }

  report(report: BfdReport): void {
    this.#reports.push(report);
  }

  step(session: BfdSession, input: SessionInput, moment: Moment): void {
    const before = session.state;
    const { state, send, cause } = stepSession(session.model, before, input, moment);
    session.state = state;
    for (const kind of send) this.#send(session, kind === 'final');
    if (cause !== undefined) this.#changed(session, before, cause, moment.now);
    else if (state.state === 'up') this.#compare(session, before, moment.now);
  }

  /** What whoever tracks the session must know. */
  tell({ model, state, cause }: BfdSession): void {
    if (!model.forFailover || !model.tracked) return;
    const up = state.state === 'up';
    const detail = up ? 'up' : downWords(state, cause);
    this.#verdicts.push({ kind: 'tracker', tracker: trackerOf(model.name), up, detail });
  }

  failed(session: BfdSession | undefined, error: PortError, at: Instant): void {
    if (session === undefined) return;
    const isNews = session.error?.code !== error.code;
    session.error = error;
    session.hasFailed = true;
    session.statistics.sent -= 1;
    if (!isNews) return;
    const { name, neighbour, source } = session.model;
    this.#reports.push({
      kind: 'bfd-transmit-failed',
      session: name,
      ...{ neighbour, source, at, error },
    });
  }

  refused({ family, port }: UdpEndpoint, error: PortError, at: Instant): void {
    this.#reports.push({ kind: 'bfd-listen-failed', at, family, port, error });
  }

  #send(session: BfdSession, final: boolean): void {
    const { model, state, sourcePort } = session;
    if (!session.hasFailed) session.error = undefined;
    session.hasFailed = false;
    session.statistics.sent += 1;
    this.#transmit.push({
      session: model.name,
      source: model.source,
      ...(model.interface === undefined ? {} : { interface: model.interface }),
      sourcePort,
      destination: model.neighbour,
      destinationPort: portOf(model),
      hopLimit: model.hopLimit,
      payload: encodeBfdPacket(packetOf(model, state, final)),
      settled: state.state === 'up' || final,
    });
  }

  #changed(session: BfdSession, before: SessionState, cause: SessionCause, at: Instant): void {
    const { model, state } = session;
    session.since = at;
    session.cause = cause;
    const wasUp = before.state === 'up';
    if (state.state === 'up') session.statistics.wentUp += 1;
    if (wasUp) session.statistics.wentDown += 1;
    const isOver = state.state === 'admin-down';
    if (!isOver && (wasUp || state.state === 'up')) this.tell(session);
    this.#reports.push({
      kind: 'bfd-transition',
      session: model.name,
      neighbour: model.neighbour,
      from: before.state,
      to: state.state,
      ...{ at, cause },
      forFailover: model.forFailover,
      forChecks: model.forChecks,
    });
  }

  /** Tells what a poll sequence, ours or the neighbour's, has come to. */
  #compare(session: BfdSession, before: SessionState, at: Instant): void {
    const { state, model } = session;
    if (state.polling || (before.remote === state.remote && before.used === state.used)) return;
    const { transmit, detection } = inForce(state);
    if (transmit === session.told.transmit && detection === session.told.detection) return;
    session.told = { transmit, detection };
    const { name } = model;
    this.#reports.push({ kind: 'bfd-timers', session: name, at, transmit, detection });
  }
}

function downWords(state: SessionState, cause: SessionCause | undefined): string {
  if (state.state === 'init') return 'the neighbour has not answered our answer yet';
  return cause === undefined ? 'it has not come up yet' : sessionCauseWords(cause);
}
