/** A daemon's status for people. */
import type { Instant } from '../../base/units.ts';
import { between, wallTime } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import type { Counterpart } from '../../daemon/counterpart.ts';
import {
  renderCause,
  renderFault,
  renderPriority,
  renderTracker,
} from '../../daemon/journal/cause.ts';
import type { ConflictSnapshot, EntrySnapshot, InstanceSnapshot } from '../../engine/snapshot.ts';
import { bfdRestLines, bfdSessionLines } from './bfd.ts';
import { renderAgo, renderClock, renderSpan } from './time.ts';

export function renderStatus(status: Status): string {
  const { snapshot } = status;
  const blocks = [heading(status)];
  if (snapshot === undefined) {
    blocks.push(['the failover process has not told anything yet']);
  } else {
    for (const instance of snapshot.instances) blocks.push(instanceLines(instance, status));
    const { bfd } = snapshot;
    for (const session of bfd?.sessions ?? []) blocks.push(bfdSessionLines(session, status.now));
    if (bfd !== undefined) blocks.push(bfdRestLines(bfd));
    const groups = snapshot.groups.map(
      (group) =>
        `sync group ${group.name}  ${group.state.toUpperCase()}  for ${renderSpan(between(group.since, status.now))}`,
    );
    const rejected = counts(snapshot.rejected);
    const fixed = snapshot.staticEntries.map((entry) => entryRow(entry, ', missing'));
    blocks.push(
      groups,
      fixed.map(([kind, text]) => `static ${kind}  ${text}`),
      scriptLines(status),
      (status.counterparts ?? []).map(counterpartLine),
      rejected === '' ? [] : [`ignored, of no instance: ${rejected}`],
    );
  }
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function standbyWords({ standbyReady, standbyPid }: Status['failover']): string {
  if (!standbyReady) return 'not ready';
  return standbyPid === undefined ? 'not needed' : `ready (process ${standbyPid})`;
}

function heading(status: Status): readonly string[] {
  const { failover, now } = status;
  const standby = standbyWords(failover);
  const lines = [
    `holdfast ${status.version}, process ${status.pid}, up ${renderSpan(between(status.startedAt, now))}, configuration ${status.configuration}`,
    `failover process ${failover.pid ?? 'none'}, replaced ${failover.replaced} times, standby ${standby}`,
  ];
  if (status.snapshot !== undefined && status.snapshot.latenessMax > 0) {
    lines.push(
      `worst lateness of the failover process: ${renderSpan(status.snapshot.latenessMax)}`,
    );
  }
  if (status.refusedReload !== undefined) {
    const when = renderClock(status.refusedReload.wall, status.wall);
    lines.push(
      `the reload at ${when} was refused, what ran before goes on:`,
      status.refusedReload.text,
    );
  }
  lines.push(...probationLines(status));
  if (status.journalLinesLost > 0) {
    lines.push(`${status.journalLinesLost} log lines were lost: their reader does not keep up`);
  }
  return lines;
}

function probationLines(status: Status): readonly string[] {
  const { unconfirmedUntil: until, rolledBack, now, wall } = status;
  if (until !== undefined) {
    return [
      `the configuration waits for its confirmation: taken back in ${renderSpan(between(now, until))} unless you run "holdfast confirm"`,
    ];
  }
  if (rolledBack === undefined) return [];
  const when = renderClock(rolledBack.wall, wall);
  return [
    `the configuration was ${rolledBack.why} (${when}), what ran before runs again; the file still holds it`,
  ];
}

function instanceLines(instance: InstanceSnapshot, status: Status): readonly string[] {
  const { now } = status;
  const rows: [string, string][] = [
    ['because', renderCause(instance.cause, instance.since)],
    ['priority', renderPriority(instance.priority)],
    ['master', masterText(instance, now)],
  ];
  for (const fault of instance.faults) rows.push(['fault', renderFault(fault)]);
  for (const { address, prefix, interface: name, present } of instance.addresses) {
    rows.push(['address', `${address}/${prefix} on ${name}${present ? '' : ', not held here'}`]);
  }
  for (const conflict of instance.conflicts)
    rows.push(['conflict', conflictText(conflict, status)]);
  rows.push(...instance.entries.map((entry) => entryRow(entry, ', not held here')));
  for (const peer of instance.peers) {
    rows.push([
      'peer',
      `${peer.address}, priority ${peer.priority}, heard ${renderAgo(peer.heardAt, now)}, ${peer.count} advertisements`,
    ]);
  }
  const { statistics } = instance;
  rows.push(['sent', `${statistics.sent} advertisements, received ${statistics.received}`]);
  const rejected = counts(statistics.rejected);
  if (rejected !== '') rows.push(['ignored', rejected]);
  for (const entry of (status.histories[instance.name]?.entries ?? []).slice(-3).reverse()) {
    rows.push([
      'history',
      `${renderClock(entry.wall, status.wall)} ${entry.from.toUpperCase()} to ${entry.to.toUpperCase()}, because ${renderCause(entry.cause, entry.at)}`,
    ]);
  }
  const place = instance.interface === undefined ? 'no interface' : instance.interface;
  return [
    `${instance.name}  ${instance.state.toUpperCase()}  for ${renderSpan(between(instance.since, now))}  (${place}, virtual router ${instance.virtualRouterId})`,
    ...rows.map(([name, text]) => `  ${name.padEnd(9)}${text}`),
  ];
}

/** `10.0.0.100 is also claimed by 02:00:00:00:00:0b on eth0 since 12:00:00.000, heard 2 s ago, 3 times`. */
function conflictText(conflict: ConflictSnapshot, status: Status): string {
  const { address, mac, since, heardAt, count, still } = conflict;
  const wall = wallTime(status.wall - between(since, status.now));
  const begin = `${address} is ${still ? 'still' : 'also'} claimed by ${mac} on ${conflict.interface}`;
  return `${begin} since ${renderClock(wall, status.wall)}, heard ${renderAgo(heardAt, status.now)}, ${count} times`;
}

function entryRow({ kind, words, present }: EntrySnapshot, absence: string): [string, string] {
  return [kind, `${words}${present ? '' : absence}`];
}

function masterText(instance: InstanceSnapshot, now: Instant): string {
  const { master, deadline, state } = instance;
  const left = deadline === undefined ? undefined : renderSpan(between(now, deadline));
  if (state === 'master') {
    return left === undefined ? 'this host' : `this host, next advertisement in ${left}`;
  }
  const takeover =
    left === undefined ? '' : `; this host takes over in ${left} unless it hears one`;
  if (master === undefined) return `none heard${takeover}`;
  return `${master.address}, priority ${master.priority}, heard ${renderAgo(master.heardAt, now)}${takeover}`;
}

function scriptLines(status: Status): readonly string[] {
  const told = new Map(status.snapshot?.trackers.map((tracker) => [tracker.tracker, tracker]));
  const lines = status.scripts.map((script) => {
    told.delete(script.tracker);
    return `${renderTracker(script.tracker)}  ${script.verdict}  ${script.detail}  (${script.command})`;
  });
  for (const { tracker, verdict, detail } of told.values()) {
    // Sessions have a block of their own.
    if (tracker.startsWith('bfd:')) continue;
    lines.push(`${renderTracker(tracker)}  ${verdict}  ${detail}`);
  }
  return lines;
}

/** `pipe /run/notify  full: its reader does not keep up, or there is none, 3 messages wait, 1 lost`. */
function counterpartLine({ what, trouble, waiting, lost }: Counterpart): string {
  const counts = [
    ...(waiting > 0 ? [`${waiting} messages wait`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
  ];
  return `${what}  ${[trouble ?? 'well', ...counts].join(', ')}`;
}

/** `checksum 3, hop-limit 1`. */
function counts(rejected: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(rejected)
    .filter(([, count]) => (count ?? 0) > 0)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
