/** What the configuration says of the processes themselves, beyond their names and priorities. */
import { milliseconds, seconds } from '../base/units.ts';
import type { ProcessModel } from '../engine/translation/supervisor-model.ts';
import type { GlobalDefs } from '../language/model.ts';
import type { BufferOrder, NetlinkBuffers } from '../linux/socket.ts';
import type { ProcessOrders } from './channel.ts';
import type { AutoPriority } from './failover/auto-priority.ts';

export function failoverOrders(
  { cpuAffinity, ...wanted }: ProcessModel,
  title: string | undefined,
  global: GlobalDefs,
): ProcessOrders {
  const more = { buffers: failoverBuffers(global), autoPriority: autoPriority(global) };
  return { ...wanted, title, cpus: cpuAffinity, ...more };
}

function failoverBuffers(global: GlobalDefs): NetlinkBuffers | undefined {
  return buffersOf(
    orderOf(global.vrrp_netlink_cmd_rcv_bufs, global.vrrp_netlink_cmd_rcv_bufs_force),
    orderOf(global.vrrp_netlink_monitor_rcv_bufs, global.vrrp_netlink_monitor_rcv_bufs_force),
  );
}

export function balancerBuffers(global: GlobalDefs): NetlinkBuffers | undefined {
  return buffersOf(
    orderOf(global.lvs_netlink_cmd_rcv_bufs, global.lvs_netlink_cmd_rcv_bufs_force),
    orderOf(global.lvs_netlink_monitor_rcv_bufs, global.lvs_netlink_monitor_rcv_bufs_force),
  );
}

export function processMonitorBuffer(global: GlobalDefs): BufferOrder | undefined {
  return orderOf(global.process_monitor_rcv_bufs, global.process_monitor_rcv_bufs_force);
}

/** 0 and -1 raise nothing. */
export function autoPriority(global: GlobalDefs): AutoPriority | undefined {
  const { max_auto_priority: most, min_auto_priority_delay: delay } = global;
  return most <= 0 ? undefined : { most, delay: delay ?? seconds(1) };
}

/** Milliseconds that processes have to end when the daemon stops. */
export function stopPatience({ child_wait_time: wait }: { readonly child_wait_time: number }) {
  return Math.min(wait / milliseconds(1), 2 ** 31 - 1);
}

/** 0 leaves the decision with the daemon, as it leaves it with the kernel in keepalived. */
function orderOf(bytes: number | undefined, isForced: boolean): BufferOrder | undefined {
  return bytes === undefined || bytes === 0 ? undefined : { bytes, isForced };
}

function buffersOf(
  commands: BufferOrder | undefined,
  monitor: BufferOrder | undefined,
): NetlinkBuffers | undefined {
  if (commands === undefined && monitor === undefined) return undefined;
  return { ...(commands && { commands }), ...(monitor && { monitor }) };
}
