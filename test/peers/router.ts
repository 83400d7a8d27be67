/** A daemon under test, whichever it is: the same steps for all. */

import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { configuration, virtualAddress, type WireForm } from './wire-form.ts';

export type DaemonName = 'holdfast' | 'keepalived' | 'frr';

export interface Router {
  readonly name: string;
  readonly daemon: DaemonName;
  readonly host: Host;
  readonly priority: number;
  /** Where its advertisements come from. */
  readonly source: string;
  /** What its announcements must bring to the virtual address. */
  readonly mac: string;
  readonly start: (preempt: boolean) => Promise<void>;
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly holds: () => Promise<boolean>;
  readonly log: () => string;
}

export interface RouterOptions {
  readonly daemon: 'holdfast' | 'keepalived';
  readonly form: WireForm;
  readonly host: Host;
  readonly peer: Host;
  readonly priority: number;
}

const starters = { holdfast: startHoldfast, keepalived: startKeepalived };

export function makeRouter(options: RouterOptions): Router {
  const { daemon, form, host, priority } = options;
  const tasks: Task[] = [];
  const ipv6Source = form.cast === 'unicast' ? host.ipv6 : host.linkLocal;
  return {
    name: `${daemon} on ${host.name}`,
    daemon,
    host,
    priority,
    source: form.family === 4 ? host.ipv4 : ipv6Source,
    mac: host.mac,
    start: async (preempt) => {
      const part = { self: host, peer: options.peer, priority, preempt };
      tasks.push(starters[daemon](host, configuration(form, part)));
    },
    crash: async () => {
      await Promise.all(tasks.map(crash));
    },
    stop: async () => {
      await Promise.all(tasks.filter((task) => !task.ended()).map((task) => stop(task)));
    },
    holds: () => host.holds(virtualAddress(form)),
    log: () => tasks.map((task) => task.log()).join('\n--- started again ---\n'),
  };
}
