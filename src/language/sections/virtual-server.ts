/** Services that are spread over real servers. */
import { SCHEDULERS } from '../../base/service.ts';
import { flag, labelled, labelledLines, lines, many, scalar } from '../../config/schema.ts';
import { inSeconds, integer, secondsValue } from '../../config/schema-number.ts';
import { boolean, choice, optional, text } from '../../config/schema-word.ts';
import { lvsMethod } from '../values/lvs-method.ts';
import { pattern } from '../values/route-parts.ts';
import { scriptCommand } from '../values/script-command.ts';
import { endpoint, groupEntry, service } from '../values/service.ts';
import { pause, period } from './check-common.ts';
import { realServer } from './real-server.ts';

export const virtualServerGroup = labelledLines(
  { key: 'name', value: text('a name', '<NAME>') },
  'members',
  lines(groupEntry, {
    doc: 'Addresses and firewall marks of the group.',
    example: '192.0.2.1-9 80',
  }),
);

const balancing = {
  lb_algo: scalar(choice(SCHEDULERS), {
    doc: 'Which server gets a connection.',
    example: 'wrr',
    otherwise: 'wlc',
    aliases: { lvs_sched: {} },
  }),
  lb_kind: scalar(lvsMethod, {
    doc: 'How packets are forwarded.',
    example: 'DR',
    otherwise: 'NAT',
    aliases: { lvs_method: {} },
  }),
  masquerade: flag({
    doc: 'With NAT and the plane of nftables: servers see an address of this host in the place of the client, so that their way back need not lead through it.',
    extension: true,
  }),
  protocol: scalar(choice(['TCP', 'UDP', 'SCTP'], { anyCase: true }), {
    doc: 'Transport protocol of the service.',
    example: 'TCP',
    otherwise: 'UDP',
    reload: 'restart',
  }),
  ip_family: scalar(choice(['inet', 'inet6']), {
    doc: 'Family of a service by firewall mark.',
    example: 'inet6',
    otherwise: 'from the addresses of its servers',
    reload: 'restart',
  }),
  hashed: flag({ doc: 'Old name of a property that does nothing.', retired: 'remove it' }),
  ops: flag({ doc: 'Schedules every datagram by itself.' }),
  'flag-1': flag({ doc: 'First flag of the scheduler.' }),
  'flag-2': flag({ doc: 'Second flag of the scheduler.' }),
  'flag-3': flag({ doc: 'Third flag of the scheduler.' }),
  'sh-port': flag({ doc: 'Source hashing counts the port too.' }),
  'sh-fallback': flag({ doc: 'Source hashing goes to another server when its own cannot.' }),
  'mh-port': flag({ doc: 'Maglev hashing counts the port too.' }),
  'mh-fallback': flag({ doc: 'Maglev hashing goes to another server when its own cannot.' }),
  persistence_engine: scalar(text('an engine', '<NAME>'), {
    doc: 'What ties connections together besides the client address.',
    example: 'sip',
  }),
  persistence_timeout: scalar(optional(secondsValue(1, 2_678_400), inSeconds(360)), {
    doc: 'A client comes back to the same server for so long.',
    example: '600',
    otherwise: 'off; 360 seconds without a number',
  }),
  persistence_granularity: scalar(
    pattern('a mask such as 255.255.255.0, or a prefix length', '<NETMASK>|<PREFIX>', /^[\d.]+$/),
    { doc: 'How large a network counts as one client.', example: '255.255.255.0' },
  ),
};

const quorum = {
  alpha: flag({ doc: 'Takes servers for down until their first success.' }),
  omega: flag({ doc: 'Tells at shutdown that servers and quorum go down.' }),
  quorum: scalar(integer({ min: 1, max: 4_294_967_295, instead: 1 }), {
    doc: 'Weight of live servers that the service needs.',
    example: '2',
    fallback: 1,
  }),
  hysteresis: scalar(integer({ min: 0, max: 4_294_967_295 }), {
    doc: 'How far past the quorum the weight must go for a change.',
    example: '1',
    fallback: 0,
  }),
  quorum_up: scalar(scriptCommand, {
    doc: 'Run when quorum is gained.',
    example: '/etc/keepalived/up.sh',
  }),
  quorum_down: scalar(scriptCommand, {
    doc: 'Run when quorum is lost.',
    example: '/etc/keepalived/down.sh',
  }),
  weight: scalar(integer({ min: 1, max: 2_147_483_647 }), {
    doc: 'Default weight of servers.',
    example: '10',
    fallback: 1,
  }),
  inhibit_on_failure: flag({ doc: 'Keeps failed servers with weight 0.' }),
  sorry_server: scalar(endpoint, {
    doc: 'Takes over while quorum is lost.',
    example: '192.0.2.99 80',
  }),
  sorry_server_inhibit: flag({ doc: 'Keeps the sorry server with weight 0.' }),
  sorry_server_lvs_method: scalar(lvsMethod, {
    bare: 'ignored',
    doc: 'How packets are forwarded to the sorry server.',
    example: 'NAT',
    otherwise: 'lb_kind',
  }),
  real_server: many(realServer, { doc: 'A server behind the service.', example: '192.0.2.20 80' }),
};

const checks = {
  delay_loop: scalar(period, {
    doc: 'Default of delay_loop of checkers.',
    example: '5',
    otherwise: '60 seconds',
  }),
  retry: scalar(integer({ min: 1, max: 4_294_967_295 }), {
    doc: 'Default of retry of checkers.',
    example: '3',
  }),
  delay_before_retry: scalar(pause, { doc: 'Default of delay_before_retry.', example: '1.5' }),
  warmup: scalar(pause, { doc: 'Default of warmup.', example: '2', otherwise: 'delay_loop' }),
  connect_timeout: scalar(period, {
    doc: 'Default of connect_timeout.',
    example: '3',
    otherwise: '5 seconds',
  }),
  virtualhost: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'Default of virtualhost.',
    example: 'www.example.org',
  }),
  ha_suspend: flag({ doc: 'Does not check while the address of the service is not here.' }),
  smtp_alert: scalar(boolean, {
    doc: 'Sends mail when quorum changes.',
    example: 'true',
    otherwise: 'smtp_alert_checker',
  }),
  snmp_name: scalar(text('a name'), {
    bare: 'ignored',
    doc: 'What management calls it.',
    example: 'web',
  }),
};

export const virtualServer = labelled('service', service, { ...balancing, ...quorum, ...checks });
