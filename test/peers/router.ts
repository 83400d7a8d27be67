/** A daemon under test, whichever it is: the same steps for all. */
import { type FrrRouter, frrHolds, frrPlace, frrSource, prepareFrr, startFrr } from '../lab/frr.ts';
import { startHoldfast } from '../lab/holdfast.ts';
import type { Host } from '../lab/host.ts';
import { startKeepalived } from '../lab/keepalived.ts';
import { crash, stop, type Task } from '../lab/task.ts';
import { until } from '../lab/until.ts';
import { configuration, intervalOf, routerId, virtualAddress, type WireForm } from './wire-form.ts';

export type DaemonName = 'holdfast' | 'keepalived' | 'frr';

export interface Router {
  readonly name: string;
  readonly host: Host;
  readonly priority: number;
  /** Where its advertisements come from. */
  readonly source: string;
  /** What its announcements must bring to the virtual address. */
  readonly mac: string;
  /** Resolves when it says to be backup: its timers run. */
  readonly start: (preempt: boolean) => Promise<void>;
  /** As if its host had died. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly holds: () => Promise<boolean>;
  readonly log: () => string;
}

/** Milliseconds; a cold and busy machine needs seconds to start three processes. */
const startPatience = 30_000;
/** What keepalived and Holdfast say, and what FRR says. */
const running = /Entering BACKUP STATE|Initialize -> Backup/;

export interface RouterOptions {
  readonly daemon: DaemonName;
  readonly form: WireForm;
  readonly host: Host;
  readonly peer: Host;
  readonly priority: number;
}

export function makeRouter(options: RouterOptions): Router {
  const { daemon, form, host, priority } = options;
  const tasks: Task[] = [];
  const speciality = daemon === 'frr' ? frrPart(options) : keepalivedPart(options);
  return {
    name: `${daemon} on ${host.name}`,
    host,
    priority,
    ...speciality,
    source: form.family === 4 ? host.ipv4 : speciality.ipv6Source,
    start: async (preempt) => {
      const launched = await speciality.launch(preempt);
      tasks.push(...launched);
      const said = () => launched.map((task) => task.log()).join('');
      await until(
        `${daemon} on ${host.name} runs`,
        startPatience,
        () => running.test(said()) || undefined,
      );
    },
    crash: async () => {
      await Promise.all(tasks.map(crash));
    },
    // The last one started first: vrrpd needs its zebra to the end.
    stop: async () => {
      for (const task of [...tasks].reverse()) if (!task.ended()) await stop(task);
    },
    log: () => tasks.map((task) => `--- ${task.name}\n${task.log()}`).join('\n'),
  };
}

interface Speciality extends Pick<Router, 'mac' | 'holds'> {
  readonly ipv6Source: string;
  readonly launch: (preempt: boolean) => Promise<readonly Task[]>;
}

function keepalivedPart(options: RouterOptions): Speciality {
  const { form, host, peer, priority } = options;
  const start = options.daemon === 'holdfast' ? startHoldfast : startKeepalived;
  return {
    mac: host.mac,
    ipv6Source: form.cast === 'unicast' ? host.ipv6 : host.linkLocal,
    launch: async (preempt) => [
      start(host, configuration(form, { self: host, peer, priority, preempt })),
    ],
    holds: () => host.holds(virtualAddress(form)),
  };
}

function frrPart(options: RouterOptions): Speciality {
  const { form, host, priority } = options;
  const router: FrrRouter = {
    routerId,
    family: form.family,
    priority,
    interval: intervalOf(form),
    preempt: true,
    address: virtualAddress(form),
  };
  let prepared = false;
  return {
    mac: frrPlace(router).mac,
    ipv6Source: frrSource(router),
    launch: async (preempt) => {
      if (!prepared) await prepareFrr(host, router);
      prepared = true;
      return startFrr(host, { ...router, preempt });
    },
    holds: async () => prepared && frrHolds(host, router),
  };
}
