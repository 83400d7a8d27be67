/** BFD sessions for people. */
import { between, type Duration, type Instant } from '../../base/units.ts';
import type { BfdSessionSnapshot, BfdSnapshot } from '../../engine/bfd/snapshot.ts';
import { sessionCauseWords } from '../../engine/bfd/words.ts';
import { detectionOf, intervalOf } from '../../protocol/bfd/session.ts';
import { renderAgo, renderSpan } from './time.ts';

export function bfdSessionLines(session: BfdSessionSnapshot, now: Instant): readonly string[] {
  const { model, state, since, cause, statistics } = session;
  const rows: [string, string][] = [];
  if (cause !== undefined) rows.push(['because', sessionCauseWords(cause)]);
  if (state.heardAt !== undefined) rows.push(['heard', renderAgo(state.heardAt, now)]);
  const detection = detectionOf(state);
  if (state.state === 'up' && detection !== undefined) {
    rows.push(['timers', timersText(intervalOf(state), detection, state.polling)]);
  }
  const { sent, received, wentUp, wentDown } = statistics;
  rows.push([
    'sent',
    `${sent} packets, received ${received}; ${wentUp} times up, ${wentDown} down`,
  ]);
  const rejected = bfdCounts(statistics.rejected);
  if (rejected !== '') rows.push(['ignored', rejected]);
  const over = model.interface === undefined ? '' : ` over ${model.interface}`;
  const to = `${model.source === undefined ? '' : `${model.source} to `}${model.neighbour}${over}`;
  const place = `${to}${model.multihop ? ', multihop' : ''}`;
  const span = renderSpan(between(since, now));
  return [
    `BFD ${model.name}  ${state.state.toUpperCase()}  for ${span}  (${place})`,
    ...rows.map(([name, text]) => `  ${name.padEnd(9)}${text}`),
  ];
}

export function bfdRestLines({ rejected, overflowed }: BfdSnapshot): readonly string[] {
  const text = bfdCounts(rejected);
  return [
    ...(text === '' ? [] : [`ignored BFD packets of no session: ${text}`]),
    ...(overflowed === 0 ? [] : [`BFD packets lost on this host, unread: ${overflowed}`]),
  ];
}

function timersText(transmit: Duration | undefined, detection: Duration, polling: boolean): string {
  const sends = transmit === undefined ? 'sends nothing' : `sends every ${renderSpan(transmit)}`;
  const poll = polling ? ', a poll sequence is under way' : '';
  return `${sends}, detection time ${renderSpan(detection)}${poll}`;
}

function bfdCounts(rejected: BfdSnapshot['rejected']): string {
  return Object.entries(rejected)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
