/** A run as lines that can be read: virtual time, host, what happened. The same seed gives the same lines. */
import { routeKeys } from '../base/route.ts';
import { ruleKey } from '../base/rule.ts';
import { type Duration, type Instant, renderDuration } from '../base/units.ts';
import type { Report } from '../engine/report.ts';
import type { KernelOperation } from '../ports.ts';
import type { Observer } from './observer.ts';
import { readHeading } from './seat.ts';

export function createTranscript(write: (line: string) => void): Observer {
  const say = (now: Instant, who: string, words: string): void => {
    write(`${(now / 1_000_000).toFixed(6).padStart(11)}  ${who.padEnd(3)} ${words}`);
  };
  return {
    began: (host, now, resume) =>
      say(now, host.name, resume ? 'process resumes' : 'process begins'),
    ended: (host, now, how) => say(now, host.name, `process ends: ${how}`),
    sent: (host, now, datagram, error) => {
      const { virtualRouterId, priority } = readHeading(datagram);
      const failed = error === undefined ? '' : ` failed: ${error.code}`;
      const what = `vrid ${virtualRouterId} priority ${priority}`;
      say(now, host.name, `sends ${what} to ${datagram.destination}${failed}`);
    },
    announced: () => {},
    heard: (host, now, datagram) => {
      const { virtualRouterId, priority } = readHeading(datagram);
      const what = `vrid ${virtualRouterId} priority ${priority}`;
      say(now, host.name, `receives ${what} from ${datagram.source}`);
    },
    applied: (host, now, operation, result) => {
      const failed = result.done ? '' : ` failed: ${result.error.code}`;
      say(now, host.name, `kernel: ${nameOperation(operation)}${failed}`);
    },
    reported: (host, now, report) => say(now, host.name, nameReport(report)),
    rested: () => {},
    noted: (now, words) => say(now, '--', words),
  };
}

function nameOperation(operation: KernelOperation): string {
  switch (operation.kind) {
    case 'add-address':
    case 'renew-address': {
      const { address, prefix, lifetime } = operation.address;
      return `${operation.kind} ${address}/${prefix}${lifetime ? ` for ${lifetime} s` : ''}`;
    }
    case 'remove-address':
      return `${operation.kind} ${operation.address}/${operation.prefix}`;
    case 'set-sysctl':
      return `set ${operation.name} = ${operation.value}`;
    case 'ask-carrier':
      return `${operation.kind} ${operation.interface}`;
    case 'set-firewall':
      return `${operation.kind} ${operation.firewall.name}`;
    case 'add-link':
      return `${operation.kind} ${operation.link.name}`;
    case 'set-link':
    case 'tell-link':
    case 'remove-link':
      return `${operation.kind} ${operation.index}`;
    default:
      return `${operation.kind} ${'route' in operation ? routeKeys(operation.route).join() : ruleKey(operation.rule)}`;
  }
}

function nameReport(report: Report): string {
  if (report.kind !== 'transition') {
    const { kind, at: _at, ...rest } = report;
    return `reports ${kind} ${JSON.stringify(rest)}`;
  }
  const { kind, ...details } = report.cause;
  const lateness =
    'lateness' in details ? ` late ${renderDuration(details.lateness as Duration)}` : '';
  const why = `${kind}${lateness} ${JSON.stringify(details)}`;
  return `${report.instance}: ${report.from} -> ${report.to} at ${report.priority.effective}, ${why}`;
}
