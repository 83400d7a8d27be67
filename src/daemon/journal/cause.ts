/** Why an instance changed its state, as a sentence for an operator. */
import type { Duration, Instant } from '../../base/units.ts';
import { between, renderDuration, times } from '../../base/units.ts';
import type { Cause, Fault, PrioritySum } from '../../engine/report.ts';

/** Without a final period; fits after "because". */
export function renderCause(cause: Cause, at: Instant): string {
  switch (cause.kind) {
    case 'start':
      return 'the daemon started';
    case 'resumed':
      return 'it continues what the failover process before it was';
    case 'owner':
      return 'priority 255 makes it the owner of the addresses';
    case 'advertisement-timeout':
      return renderTimeout(cause);
    case 'master-resigned':
      return `master ${cause.master} resigned (priority 0) ${ago(cause.heardAt, at)}${late(cause.lateness)}`;
    case 'preempted-lower':
      return `master ${cause.master} has priority ${cause.theirs}, lower than ours, ${cause.ours}${late(cause.lateness)}`;
    case 'higher-priority-heard':
      return `${cause.from} advertises priority ${cause.theirs}, higher than ours, ${cause.ours}${silent(cause.stoodStill)}`;
    case 'greater-address-heard':
      return `${cause.from} advertises our own priority, ${cause.priority}, from a greater address, which decides a tie${silent(cause.stoodStill)}`;
    case 'fault':
      return cause.faults.map(renderFault).join('; ');
    case 'fault-cleared':
      return `this is over: ${cause.cleared.map(renderFault).join('; ')}`;
    case 'group':
      return `sync group ${cause.group} moves together, and ${cause.member} went to ${cause.to.toUpperCase()}`;
    case 'stood-still':
      return `this process stood still for ${short(cause.lateness)}, longer than its peers wait, so another is master by now`;
    case 'reload':
      return 'the configuration was read again';
    case 'stop':
      return 'the daemon was told to stop';
  }
}

function renderTimeout(cause: Extract<Cause, { kind: 'advertisement-timeout' }>): string {
  const { master, lastHeardAt, waited, lateness } = cause;
  const heard =
    master === undefined || lastHeardAt === undefined
      ? 'no master was heard'
      : `nothing was heard from master ${master}`;
  return `${heard} for ${short(waited)}, the master down interval${late(lateness)}`;
}

/** Lateness worth a word: more than a millisecond after the deadline. */
function late(lateness: Duration): string {
  return lateness > 1_000 ? `, and this process itself was ${short(lateness)} late` : '';
}

/** Of a master whose peers had reason to take over. */
function silent(stoodStill: Duration | undefined): string {
  if (stoodStill === undefined) return '';
  return `, and took over while this process stood still: its own advertisement was ${short(stoodStill)} late, longer than its peers wait`;
}

function ago(from: Instant, to: Instant): string {
  return `${short(between(from, to))} before`;
}

/** Three significant digits are enough for a reader. */
export function short(length: Duration): string {
  const size = Math.abs(length);
  const grain = size >= 1_000_000 ? 1_000 : size >= 1_000 ? 10 : 1;
  return renderDuration(times((Math.round(length / grain) * grain) as Duration, 1));
}

export function renderFault(fault: Fault): string {
  switch (fault.kind) {
    case 'interface-down':
      return `interface ${fault.interface} is down`;
    case 'interface-missing':
      return `there is no interface ${fault.interface}`;
    case 'no-source-address':
      return `interface ${fault.interface} has no address to send from`;
    case 'no-peer':
      return 'it has no unicast_peer to speak to (unicast_fault_no_peer)';
    case 'tracked-interface':
      return `tracked interface ${fault.interface} is down`;
    case 'tracker':
      return `${renderTracker(fault.tracker)} failed: ${fault.detail}`;
    case 'socket':
      return `its socket on ${fault.interface} was refused (${fault.error.code}${fault.error.detail === '' ? '' : `: ${fault.error.detail}`})`;
    case 'device':
      return `its device ${fault.interface} cannot be had (${fault.error.code}${fault.error.detail === '' ? '' : `: ${fault.error.detail}`})`;
    case 'static-entry':
      return `the static entry ${fault.words} of its track_group is missing`;
    case 'group-member':
      return `${fault.member}, a member of sync group ${fault.group}, is in fault`;
  }
}

/** `script:check_nginx` → `script check_nginx`. */
export function renderTracker(tracker: string): string {
  return tracker.replace(':', ' ');
}

/** `150`, or `100 = 150 - 50 (script check_nginx)`. */
export function renderPriority(sum: PrioritySum): string {
  if (sum.terms.length === 0) return `${sum.effective}`;
  const terms = sum.terms.map(
    ({ from, amount }) => `${amount < 0 ? '-' : '+'} ${Math.abs(amount)} (${renderTracker(from)})`,
  );
  return `${sum.effective} = ${sum.base} ${terms.join(' ')}`;
}
