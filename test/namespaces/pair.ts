/** A pair as users run it on the day of the swap: one of its routers is Holdfast, the other the packaged keepalived. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../src/api/client.ts';
import type { Status } from '../../src/daemon/control.ts';
import type { Capture, Seen } from '../lab/capture.ts';
import type { Host } from '../lab/host.ts';
import type { Advertisement } from '../lab/packet.ts';
import type { Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

export const virtualAddress = '10.11.0.100';
const routerId = 51;

export interface Pace {
  readonly version: 2 | 3;
  /** Milliseconds. */
  readonly interval: number;
}

/** What most pairs run, and what those run who are in a hurry. */
export const everySecond: Pace = { version: 2, interval: 1_000 };
export const tenASecond: Pace = { version: 3, interval: 100 };

export interface InstanceOptions extends Pace {
  readonly priority: number;
  readonly name?: string;
  readonly routerId?: number;
  readonly address?: string;
  /** More lines of the instance. */
  readonly inside?: string;
}

/** An ordinary instance of a keepalived.conf: the same text serves both daemons. */
export function instance(options: InstanceOptions): string {
  return `vrrp_instance ${options.name ?? 'web'} {
    state BACKUP
    interface eth0
    version ${options.version}
    virtual_router_id ${options.routerId ?? routerId}
    priority ${options.priority}
    advert_int ${options.interval / 1_000}
    virtual_ipaddress {
        ${options.address ?? virtualAddress}/24
    }
${options.inside ?? ''}
}
`;
}

/** Milliseconds a backup of this priority waits for its master. */
export function patienceOf({ version, interval }: Pace, priority: number): number {
  const unit = version === 2 ? 1_000 : interval;
  return 3 * interval + ((256 - priority) * unit) / 256;
}

export function stateDirectory(host: Host): string {
  return join(host.directory, 'state');
}

export function configurationFile(host: Host): string {
  return join(host.directory, 'holdfast.conf');
}

export function rewrite(host: Host, configuration: string): void {
  writeFileSync(configurationFile(host), configuration);
}

/** What the daemon says about itself; undefined while it does not answer. */
export async function statusOf(host: Host): Promise<Status | undefined> {
  const answer = await ask<Status>('status', { stateDirectory: stateDirectory(host) });
  return answer.ok ? answer.value : undefined;
}

/** Waits until the instance is in this state, and the standby ready when that is asked for. */
export async function settled(
  host: Host,
  task: Task,
  wanted: { readonly state: string; readonly name?: string; readonly standby?: boolean },
): Promise<Status> {
  const name = wanted.name ?? 'web';
  return until(`${name} on ${host.name} is ${wanted.state}`, 30_000, async () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    const status = await statusOf(host);
    if (wanted.standby === true && status?.failover.standbyReady !== true) return undefined;
    const found = status?.snapshot?.instances.find((candidate) => candidate.name === name);
    return found?.state === wanted.state ? status : undefined;
  });
}

/** Waits until keepalived has said that it entered this state, `BACKUP` or `MASTER`. */
export async function peerIs(task: Task, state: string): Promise<void> {
  await until(`${task.name} enters ${state}`, 30_000, () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    return task.log().includes(`Entering ${state} STATE`) || undefined;
  });
}

export function sentBy(tape: Capture, host: Host, id = routerId): readonly Seen<Advertisement>[] {
  return tape.advertisements().filter((seen) => seen.source === host.ipv4 && seen.routerId === id);
}

/** The times between advertisements that follow one another, in milliseconds. */
export function gaps(sent: readonly { readonly at: number }[]): readonly number[] {
  return sent.slice(1).map(({ at }, index) => (at - (sent[index]?.at ?? at)) / 1_000);
}

/** Microseconds since 1970, as captures count. */
export function wallNow(): number {
  return (performance.timeOrigin + performance.now()) * 1_000;
}
