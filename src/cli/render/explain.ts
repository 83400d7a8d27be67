/** The story of one instance: its last transitions, newest first, each with what led to it. */
import { between } from '../../base/units.ts';
import type { Status } from '../../daemon/control.ts';
import { renderCause, renderFault, renderPriority } from '../../daemon/journal/cause.ts';
import type { HistoryEntry, Remark } from '../../daemon/journal/history.ts';
import { bfdSessionLines } from './bfd.ts';
import { renderClock, renderSpan } from './time.ts';

/** Undefined when the daemon runs no instance of that name. */
export function renderExplanation(name: string, status: Status): string | undefined {
  const instance = status.snapshot?.instances.find((candidate) => candidate.name === name);
  const history = status.histories[name];
  const session = status.snapshot?.bfd?.sessions.find(({ model }) => model.name === name);
  if (instance === undefined && history === undefined && session !== undefined) {
    return `${bfdSessionLines(session, status.now).join('\n')}\n`;
  }
  if (instance === undefined && history === undefined) return undefined;
  const lines: string[] = [];
  if (instance !== undefined) {
    lines.push(
      `${name} is ${instance.state.toUpperCase()} for ${renderSpan(between(instance.since, status.now))}, because ${renderCause(instance.cause, instance.since)}.`,
      `Its effective priority is ${renderPriority(instance.priority)}.`,
    );
    for (const fault of instance.faults) lines.push(`It cannot take part: ${renderFault(fault)}.`);
    for (const { address, mac, interface: link, still } of instance.conflicts) {
      lines.push(
        still
          ? `${address} is still claimed by ${mac} on ${link}, maybe the former master, which has not let go of it yet.`
          : `${address} is also claimed by ${mac} on ${link}: clients reach one host or the other.`,
      );
    }
    if (instance.state === 'backup' && instance.master !== undefined) {
      const { address, priority, heardAt } = instance.master;
      lines.push(
        `The master is ${address} with priority ${priority}, last heard ${renderSpan(between(heardAt, status.now))} ago.`,
      );
    }
    if (instance.state === 'backup' && instance.master === undefined) {
      lines.push('No master has been heard.');
    }
  } else {
    lines.push(`${name} is no longer configured.`);
  }
  for (const remark of [...(history?.since ?? [])].reverse())
    lines.push(remarkLine(remark, status));
  for (const entry of [...(history?.entries ?? [])].reverse()) {
    lines.push('', ...entryLines(entry, status));
  }
  return `${lines.join('\n')}\n`;
}

function entryLines(entry: HistoryEntry, status: Status): readonly string[] {
  const when = renderClock(entry.wall, status.wall);
  return [
    `${when}  ${entry.from.toUpperCase()} to ${entry.to.toUpperCase()}`,
    `  because ${renderCause(entry.cause, entry.at)}`,
    `  with priority ${renderPriority(entry.priority)}`,
    ...[...entry.before].reverse().map((remark) => remarkLine(remark, status)),
  ];
}

function remarkLine(remark: Remark, status: Status): string {
  return `  ${renderClock(remark.wall, status.wall)}  ${remark.text}`;
}
