/** The top level of a configuration. */
import { always, block, flag, lines, many, one, scalar } from '../../config/schema.ts';
import { inSeconds, secondsValue } from '../../config/schema-number.ts';
import { optionalText, text } from '../../config/schema-word.ts';
import { addressLine } from '../values/address-line.ts';
import { linkPolling, upDownDelay } from '../values/interface-lines.ts';
import { routeLine } from '../values/route-line.ts';
import { ruleLine } from '../values/rule-line.ts';
import { globalDefs } from './global.ts';
import { garpGroup, tlsClient, trackGroup } from './host.ts';
import { vrrpInstance } from './instance.ts';
import { probe } from './probe.ts';
import { trackScript } from './script.ts';
import { syncGroup } from './sync-group.ts';
import { bfdInstance, trackFile, trackProcess } from './trackers.ts';
import { virtualServer, virtualServerGroup } from './virtual-server.ts';
import { webhook } from './webhook.ts';

const daemon = {
  global_defs: always(globalDefs, {
    doc: 'Settings of the whole daemon, and defaults.',
    example: '',
  }),
  instance: scalar(text('a name', '<NAME>'), {
    bare: 'ignored',
    doc: 'Names this daemon, so that several run on one host: its state directory is /run/holdfast/NAME.',
    example: 'blue',
    reload: 'restart',
  }),
  net_namespace: scalar(text('a namespace', '<NAME>'), {
    bare: 'ignored',
    doc: 'Runs in this network namespace, with the state directory /run/holdfast/NAME.',
    example: 'blue',
    reload: 'restart',
  }),
  net_namespace_ipvs: scalar(optionalText('<NAME>'), {
    doc: 'Manages IPVS in this network namespace; without a name in that of process 1.',
    example: 'blue',
    reload: 'keep',
  }),
  namespace_with_ipsets: flag({
    doc: 'Allows ipsets in a namespace; Holdfast uses none, so nothing depends on it.',
  }),
  use_pid_dir: flag({
    doc: 'Keeps the pid files of the command keepalived in /run/keepalived; so do instance and net_namespace.',
    reload: 'keep',
  }),
  child_wait_time: scalar(secondsValue(0, 4_294_967_295), {
    doc: 'How long processes may take to end.',
    example: '10',
    fallback: inSeconds(5),
  }),
};

const host = {
  linkbeat_use_polling: flag({ doc: 'Polls the links of all interfaces.' }),
  linkbeat_interfaces: lines(linkPolling, {
    doc: 'Interfaces whose links are polled.',
    example: '{\n    eth1 MII\n}',
  }),
  interface_up_down_delays: lines(upDownDelay, {
    doc: 'How long changes of interfaces are held back.',
    example: '{\n    eth1 1.5 3\n}',
  }),
  static_ipaddress: lines(addressLine, {
    doc: 'Addresses that are always there.',
    example: '{\n    192.0.2.9/24 dev eth0\n}',
  }),
  static_routes: lines(routeLine, {
    doc: 'Routes that are always there.',
    example: '{\n    198.51.100.0/24 via 192.0.2.2 dev eth0\n}',
  }),
  static_rules: lines(ruleLine, {
    doc: 'Policy rules that are always there.',
    example: '{\n    from 192.0.2.0/24 table 100 preference 100\n}',
  }),
  track_group: many(trackGroup, {
    doc: 'Instances that are at fault while a static entry of the group cannot be had.',
    example: 'uplinks',
    duplicate: 'refuse',
  }),
  garp_group: many(garpGroup, {
    doc: 'Interfaces that share one rate of announcements.',
    example: '',
  }),
};

const failover = {
  vrrp_script: many(trackScript, {
    doc: 'A script that is run again and again, to be tracked.',
    example: 'check_web',
    duplicate: 'refuse',
  }),
  vrrp_probe: many(probe, {
    doc: 'A check that the daemon makes itself, to be tracked like a vrrp_script.',
    example: 'gateway',
    duplicate: 'refuse',
    extension: true,
  }),
  vrrp_track_process: many(trackProcess, {
    doc: 'Processes that must run, to be tracked.',
    example: 'haproxy',
    duplicate: 'refuse',
  }),
  track_file: many(trackFile, {
    doc: 'A file whose number is tracked.',
    example: 'drain',
    duplicate: 'refuse',
    // keepalived takes the older name without a word.
    aliases: { vrrp_track_file: {} },
  }),
  bfd_instance: many(bfdInstance, {
    doc: 'A BFD session.',
    example: 'to_peer',
    duplicate: 'refuse',
  }),
  vrrp_sync_group: many(syncGroup, {
    doc: 'Instances that change state together.',
    example: 'VG_1',
    duplicate: 'refuse',
  }),
  vrrp_instance: many(vrrpInstance, {
    doc: 'A virtual router.',
    example: 'VI_1',
    duplicate: 'refuse',
  }),
};

const balancer = {
  SSL: one(tlsClient, { doc: 'What HTTPS checks present to servers.', example: '' }),
  virtual_server_group: many(virtualServerGroup, {
    doc: 'Addresses and firewall marks under one name.',
    example: 'web',
    duplicate: 'refuse',
  }),
  virtual_server: many(virtualServer, {
    doc: 'A service that is spread over real servers.',
    example: '192.0.2.1 80',
  }),
};

const told = {
  webhook: many(webhook, {
    doc: 'Where changes are posted to.',
    example: 'chat',
    duplicate: 'refuse',
    extension: true,
  }),
};

export const root = block({ ...daemon, ...host, ...failover, ...balancer, ...told });
