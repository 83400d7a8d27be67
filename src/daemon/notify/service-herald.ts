/** Tells of services and their servers whoever asked to be told, in keepalived's order: the script, then the pipes. */
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { ServiceCommands } from '../balancing/plan.ts';
import type { Command } from '../scripts/command.ts';

export type ServiceScriptPlans = ReadonlyMap<string, ServiceCommands>;

export interface ServiceNotice {
  /** Whose scripts run one after the other. */
  readonly subject: string;
  readonly state: 'UP' | 'DOWN';
  readonly command: Command | undefined;
  /** What the pipes are told, and what it is of. */
  readonly line: string;
}

/** undefined for reports that nobody is told of. */
export function serviceNotice(
  report: BalancerReport,
  scripts: ServiceScriptPlans,
): ServiceNotice | undefined {
  if (report.kind !== 'server' && report.kind !== 'quorum') return undefined;
  const { service, serviceLabel } = report;
  const state = report.up ? 'UP' : 'DOWN';
  const ofService = scripts.get(service);
  const key = report.up ? 'up' : 'down';
  if (report.kind === 'quorum') {
    const command = ofService?.[key];
    return {
      subject: `VS ${serviceLabel}`,
      state,
      command,
      line: lineOf(`VS ${serviceLabel}`, state),
    };
  }
  const { server, serverLabel } = report;
  const subject = `RS ${serverLabel} ${serviceLabel}`;
  const command = ofService?.servers.get(server)?.[key];
  return { subject, state, command, line: lineOf(subject, state) };
}

/** These lines end in a NUL behind the newline. */
function lineOf(subject: string, state: string): string {
  return `${subject} ${state}\n\0`;
}
