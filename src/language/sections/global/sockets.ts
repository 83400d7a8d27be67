/** Receive buffers of the sockets that listen to the kernel. */
import { scalar } from '../../../config/schema.ts';
import { integer } from '../../../config/schema-number.ts';
import { boolean } from '../../../config/schema-word.ts';

const bytes = integer({ min: 0, max: 4_294_967_295, unit: 'bytes' });

const size = (what: string) =>
  scalar(bytes, {
    bare: 'ignored',
    doc: `Receive buffer of ${what}.`,
    example: '1048576',
    otherwise: 'as much as Holdfast needs',
    reload: 'keep',
  });
const force = (what: string) =>
  scalar(boolean, {
    doc: `Lets the receive buffer that is asked for ${what} be larger than net.core.rmem_max.`,
    example: 'true',
    fallback: false,
    reload: 'keep',
  });

export const sockets = {
  vrrp_netlink_cmd_rcv_bufs: size('the netlink command socket of VRRP'),
  vrrp_netlink_cmd_rcv_bufs_force: force('the netlink command socket of VRRP'),
  vrrp_netlink_monitor_rcv_bufs: size('the netlink monitor socket of VRRP'),
  vrrp_netlink_monitor_rcv_bufs_force: force('the netlink monitor socket of VRRP'),
  process_monitor_rcv_bufs: size('the socket that hears about processes'),
  process_monitor_rcv_bufs_force: force('the socket that hears about processes'),
  lvs_netlink_cmd_rcv_bufs: size('the netlink command socket of the balancer'),
  lvs_netlink_cmd_rcv_bufs_force: force('the netlink command socket of the balancer'),
  lvs_netlink_monitor_rcv_bufs: size('the netlink monitor socket of the balancer'),
  lvs_netlink_monitor_rcv_bufs_force: force('the netlink monitor socket of the balancer'),
};
