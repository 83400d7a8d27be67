/** One laboratory for the daemon's own tests: host a runs Holdfast, host b listens or runs another. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '../../src/daemon/control.ts';
import { holdfast, startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import type { Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';

export const virtualAddress = '10.11.0.100';

export interface Wanted {
  readonly priority?: number;
  readonly name?: string;
  readonly routerId?: number;
  readonly address?: string;
  readonly interface?: string;
  /** Lines inside the instance. */
  readonly inside?: string;
}

/** An instance of version 3 at 100 ms. */
export function instance(wanted: Wanted = {}): string {
  return `vrrp_instance ${wanted.name ?? 'VI_1'} {
  interface ${wanted.interface ?? 'eth0'}
  version 3
  virtual_router_id ${wanted.routerId ?? 51}
  priority ${wanted.priority ?? 150}
  advert_int 0.1
  virtual_ipaddress {
    ${wanted.address ?? virtualAddress}/24
  }
${wanted.inside ?? ''}
}
`;
}

export async function statusOf(host: Host): Promise<Status> {
  return JSON.parse(await holdfast(host, 'status', '--json')) as Status;
}

/** Starts Holdfast and waits until the instance is in this state. */
export async function running(host: Host, configuration: string, state = 'master'): Promise<Task> {
  const task = startHoldfast(host, configuration);
  await inState(host, task, state);
  return task;
}

export async function inState(
  host: Host,
  task: Task,
  state: string,
  name = 'VI_1',
): Promise<Status> {
  return until(`${name} on ${host.name} is ${state}: ${task.log()}`, 15_000, async () => {
    if (task.ended()) throw new Error(`it ended: ${task.log()}`);
    const status = await statusOf(host).catch(() => undefined);
    const found = status?.snapshot?.instances.find((candidate) => candidate.name === name);
    return found?.state === state ? status : undefined;
  });
}

/** An executable file in the host's folder. */
export function scriptOn(host: Host, name: string, text: string): string {
  mkdirSync(host.directory, { recursive: true });
  const path = join(host.directory, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

export function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

export function stateDirectory(host: Host): string {
  return join(host.directory, 'state');
}

/** Whether a process with this id exists and is not a zombie. */
export function lives(pid: number | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
