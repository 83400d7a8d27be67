/** A change that somebody outside is told of, in keepalived's words where people filter by them. */
import type { Instant } from '../../base/units.ts';
import type { BalancerReport, ServerCause } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import { renderCause, renderPriority } from '../journal/cause.ts';

export interface Alert {
  readonly kind: 'instance' | 'group' | 'service' | 'server';
  /** Of the instance or group; keepalived's words for a service or server. */
  readonly name: string;
  /** Of a server, the service it belongs to. */
  readonly service: string | undefined;
  readonly state: AlertState;
  /** Whether somebody should do something about it. */
  readonly bad: boolean;
  /** The subject of a mail, without the node's name. */
  readonly headline: string;
  /** One sentence. */
  readonly sentence: string;
  /** Why, in words; undefined where it is not known. */
  readonly reason: string | undefined;
  readonly at: Instant;
}

export type AlertState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED' | 'UP' | 'DOWN';

/** Two alerts about the same thing; the later is the one that matters. */
export function subjectOf({ kind, name, service }: Alert): string {
  return service === undefined ? `${kind} ${name}` : `${kind} ${name} of ${service}`;
}

/** undefined where a report is no change that anybody is told of. */
export function alertOf(report: Report): Alert | undefined {
  switch (report.kind) {
    case 'transition': {
      const { instance: name, to, cause, at, priority } = report;
      // A process that took another's place changed nothing.
      if (to === 'init' || cause.kind === 'resumed') return undefined;
      const reason = `${renderCause(cause, at)}; effective priority ${renderPriority(priority)}`;
      return { ...moved('instance', name, to), reason, at };
    }
    case 'group-transition': {
      const { group, to, at } = report;
      return to === 'init' ? undefined : { ...moved('group', group, to), reason: undefined, at };
    }
    default:
      return undefined;
  }
}

type Moved = Omit<Alert, 'reason' | 'at'>;
type Destination = 'master' | 'backup' | 'fault' | 'stop' | 'deleted';

const headlines: Readonly<Record<Destination, string>> = {
  master: 'Entering MASTER state',
  backup: 'Entering BACKUP state',
  fault: 'Entering FAULT state',
  stop: 'Stopping',
  deleted: 'Deleted',
};

const sentences: Readonly<Record<Destination, string>> = {
  master: 'This node owns the virtual addresses now',
  backup: 'This node stands by; the virtual addresses are not here',
  fault: 'This node cannot serve; the virtual addresses are not here',
  stop: 'The daemon stops and gives the virtual addresses away',
  deleted: 'A reload has removed it; the virtual addresses are not here',
};

function moved(kind: 'instance' | 'group', name: string, to: Destination): Moved {
  const what = kind === 'instance' ? 'VRRP Instance' : 'VRRP Group';
  return {
    kind,
    name,
    service: undefined,
    state: to.toUpperCase() as AlertState,
    bad: to === 'fault',
    headline: `${what} ${name} - ${headlines[to]}`,
    sentence: sentences[to],
  };
}

/** As `alertOf`, of services and servers. */
export function balancerAlertOf(report: BalancerReport): Alert | undefined {
  switch (report.kind) {
    case 'server': {
      const { serverLabel: name, serviceLabel: service, up, cause, weight, at } = report;
      return {
        kind: 'server',
        ...{ name, service, at, bad: !up },
        state: up ? 'UP' : 'DOWN',
        headline: `Realserver ${name} of virtual server ${service} - ${up ? 'UP' : 'DOWN'}`,
        sentence: up ? `It gets connections with weight ${weight}` : 'It gets no new connections',
        reason: reasonOf(cause),
      };
    }
    case 'quorum': {
      const { serviceLabel: name, up, live, quorum, hysteresis, sorry, at } = report;
      const figures = `Quorum ${quorum}, hysteresis ${hysteresis}, weight of live servers ${live}`;
      const instead =
        sorry === undefined ? '' : `; sorry server ${sorry} ${up ? 'ends' : 'serves'}`;
      return {
        kind: 'service',
        ...{ name, service: undefined, at, bad: !up },
        state: up ? 'UP' : 'DOWN',
        headline: `Virtualserver ${name} - ${up ? 'UP' : 'DOWN'}`,
        sentence: `${figures}${instead}`,
        reason: undefined,
      };
    }
    default:
      return undefined;
  }
}

function reasonOf(cause: ServerCause): string {
  switch (cause.kind) {
    case 'check':
      return `${cause.check}: ${cause.detail}`;
    case 'start':
      return 'the daemon started';
    case 'reload':
      return 'the configuration was read again';
    case 'order':
      return 'an operator has ordered it';
    case 'stop':
      return 'the daemon stops';
  }
}
