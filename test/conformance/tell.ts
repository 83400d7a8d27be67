/** States, causes and effects in words, every deadline included. */
import type { Duration } from '../../src/base/units.ts';
import type { Cause, Fault } from '../../src/protocol/vrrp/cause.ts';
import type { RouterEffect, RouterState } from '../../src/protocol/vrrp/state.ts';
import { tellTime } from './words.ts';

export function tellState(state: RouterState, ownInterval: Duration): string {
  if (state.kind === 'master') return `master, advertises at ${tellTime(state.advertiseAt)}`;
  if (state.kind !== 'backup') return state.kind;
  const { downAt, waitingFor, masterInterval, preemptAt } = state;
  const words = [
    downAt === undefined ? 'waits for its group' : `down at ${tellTime(downAt)}`,
    waitingFor === 'silence' ? '' : `after ${waitingFor}`,
    masterInterval === ownInterval ? '' : `master interval ${tellTime(masterInterval)}`,
    preemptAt === undefined ? '' : `preempts from ${tellTime(preemptAt)}`,
  ];
  return ['backup', ...words.filter((word) => word !== '')].join(', ');
}

export function tellEffect(effect: RouterEffect): string {
  if (effect.kind === 'announce') return 'announce again';
  if (effect.kind === 'advertise') return effect.resign ? 'send priority 0' : 'send advertisement';
  const { from, priority } = effect.against;
  return `reassert against ${from} priority ${priority}`;
}

/** Fields that hold times. */
const TIMES = new Set([
  ...['lastHeardAt', 'waited', 'lateness', 'heardAt', 'at'],
  ...['silence', 'patience', 'stoodStill'],
]);

export function tellCause(cause: Cause): string {
  const { kind, ...details } = cause;
  return [kind, ...tellFields(details)].join(' ');
}

/** `key=value` for every field that has a value. */
export function tellFields(fields: object): readonly string[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${tellValue(key, value)}`],
  );
}

function tellValue(key: string, value: unknown): string {
  if (Array.isArray(value)) return `[${(value as readonly Fault[]).map(tellFault).join(', ')}]`;
  if (typeof value === 'number' && TIMES.has(key)) return tellTime(value);
  if (typeof value === 'object' && value !== null && 'code' in value) return `${value.code}`;
  return typeof value === 'string' && value.includes(' ') ? `"${value}"` : `${value}`;
}

export function tellFault(fault: Fault): string {
  const { kind, ...details } = fault;
  return [kind, ...tellFields(details)].join(' ');
}
