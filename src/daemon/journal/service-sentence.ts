/** Reports of the balancer as lines of the journal. They begin as keepalived's do, and say why. */
import { serverName, serviceName } from '../../base/service.ts';
import type { BalancerReport, ServerCause } from '../../engine/balancer/report.ts';
import type { PlaneOperation } from '../../plane.ts';
import type { PortError } from '../../ports.ts';
import type { Line, Loudness } from './severity.ts';

type Of<Kind extends BalancerReport['kind']> = Extract<BalancerReport, { readonly kind: Kind }>;

export function serviceLines(report: BalancerReport): readonly Line[] {
  switch (report.kind) {
    case 'server':
      return [serverLine(report)];
    case 'quorum':
      return quorumLines(report);
    case 'weight': {
      const { serverLabel, serviceLabel, from, to } = report;
      const text = `Changing weight from ${from} to ${to} for service ${serverLabel} of VS ${serviceLabel}`;
      return [line('notice', text)];
    }
    case 'check-failed': {
      const { check, serverLabel, serviceLabel, detail } = report;
      return [
        line('info', `${check} on service ${serverLabel} of VS ${serviceLabel} failed: ${detail}`),
      ];
    }
    case 'suspension': {
      const text = report.suspended
        ? `VS ${report.serviceLabel} is not checked while its address is not on this host (ha_suspend)`
        : `VS ${report.serviceLabel} is checked again: its address is on this host`;
      return [line('notice', text)];
    }
    case 'restored': {
      const { operations, first } = report;
      const more = operations === 1 ? '' : `, and ${operations - 1} further differences`;
      const text = `somebody else has changed what this daemon balances, and it is put right: ${operationWords(first)}${more}`;
      return [line('warning', text)];
    }
    case 'plane-failed':
      return [line('error', failureText(report))];
    case 'plane-works':
      return [
        line('notice', 'the kernel takes what it had refused: services are as they should be'),
      ];
  }
}

function serverLine({ up, repeated, serverLabel, serviceLabel, cause }: Of<'server'>): Line {
  const why = causeWords(cause);
  if (repeated) {
    return line('warning', `service ${serverLabel} of VS ${serviceLabel} stays out: ${why}`);
  }
  if (up) return line('notice', `Adding service ${serverLabel} to VS ${serviceLabel}: ${why}`);
  const isOver = cause.kind === 'stop' || cause.kind === 'reload';
  const text = isOver
    ? `Shutting down service ${serverLabel} from VS ${serviceLabel}: ${why}`
    : `Removing service ${serverLabel} from VS ${serviceLabel}: ${why}`;
  return line(isOver ? 'notice' : 'warning', text);
}

function causeWords(cause: ServerCause): string {
  switch (cause.kind) {
    case 'check':
      return `${cause.check}: ${cause.detail}`;
    case 'start':
      return 'it is up from the start';
    case 'reload':
      return 'the configuration has changed';
    case 'order':
      return 'an operator has ordered it';
    case 'stop':
      return 'the daemon stops';
  }
}

function quorumLines(report: Of<'quorum'>): readonly Line[] {
  const { up, live, quorum, hysteresis, serviceLabel, sorry, stopping } = report;
  if (stopping) return [line('notice', `VS ${serviceLabel} ends, and its quorum with it`)];
  const text = up
    ? `Gained quorum ${quorum}+${hysteresis}=${quorum + hysteresis} <= ${live} for VS ${serviceLabel}`
    : `Lost quorum ${quorum}-${hysteresis}=${quorum - hysteresis} > ${live} for VS ${serviceLabel}`;
  const said = line(up ? 'notice' : 'warning', text);
  if (sorry === undefined) return [said];
  const change = up
    ? `Removing sorry server ${sorry} from VS ${serviceLabel}`
    : `Adding sorry server ${sorry} to VS ${serviceLabel}`;
  return [said, line(up ? 'notice' : 'warning', change)];
}

function failureText({ operation, error, more }: Of<'plane-failed'>): string {
  const why = errorWords(error);
  if (operation === 'timeouts' || operation === 'synchronisation') {
    const keyword = operation === 'timeouts' ? 'lvs_timeouts' : 'lvs_sync_daemon';
    const again = error.code === 'EOPNOTSUPP' ? '' : '; trying again every second';
    return `the kernel refuses ${keyword}: ${why}${again}`;
  }
  const others = more === 0 ? '' : `, and ${more} further changes`;
  return `the kernel refuses to ${operationWords(operation)}${others}: ${why}${cureFor(operation, error)}; trying again every second`;
}

function cureFor(operation: PlaneOperation, { code }: PortError): string {
  if (code === 'ENOENT' && 'settings' in operation && 'scheduler' in operation.settings) {
    const { scheduler } = operation.settings;
    return ` (is the module ip_vs_${scheduler} there? try "modprobe ip_vs_${scheduler}")`;
  }
  if (code === 'EPERM') return ' (run as root, or give the process CAP_NET_ADMIN)';
  return '';
}

/** What is done to the plane, as an order. */
function operationWords(operation: PlaneOperation): string {
  switch (operation.kind) {
    case 'add-service':
      return `add the service ${serviceName(operation.key)}`;
    case 'edit-service':
      return `change the service ${serviceName(operation.key)}`;
    case 'remove-service':
      return `remove the service ${serviceName(operation.key)}`;
    case 'add-server':
      return `add ${serverName(operation.server)} to ${serviceName(operation.service)}`;
    case 'edit-server':
      return `change ${serverName(operation.server)} of ${serviceName(operation.service)}`;
    case 'remove-server':
      return `remove ${serverName(operation.server)} from ${serviceName(operation.service)}`;
  }
}

function errorWords({ code, detail }: PortError): string {
  return detail === '' ? code : `${code}, ${detail}`;
}

function line(loudness: Loudness, text: string): Line {
  return { loudness, text };
}
