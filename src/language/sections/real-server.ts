/** A server behind a service. */
import { labelled, scalar } from '../../config/schema.ts';
import { integer } from '../../config/schema-number.ts';
import { boolean, text } from '../../config/schema-word.ts';
import { lvsMethod } from '../values/lvs-method.ts';
import { scriptCommand } from '../values/script-command.ts';
import { endpoint } from '../values/service.ts';
import { pause, period } from './check-common.ts';
import { checkers } from './checkers.ts';

const connections = integer({ min: 0, max: 4_294_967_295, unit: 'connections' });
const inherited = 'from virtual_server';

export const realServer = labelled('endpoint', endpoint, {
  weight: scalar(integer({ min: 0, max: 2_147_483_647 }), {
    doc: 'Share of the traffic.',
    example: '10',
    otherwise: 'weight of the virtual_server, else 1',
  }),
  lvs_method: scalar(lvsMethod, {
    doc: 'How packets are forwarded to it.',
    example: 'DR',
    otherwise: 'lb_kind of the virtual_server',
    aliases: { lb_kind: {} },
  }),
  masquerade: scalar(boolean, {
    doc: 'It sees an address of this host in the place of the client (with NAT and the plane of nftables).',
    example: 'true',
    otherwise: inherited,
    extension: true,
  }),
  uthreshold: scalar(connections, {
    doc: 'Gets no new connections above so many; 0 means never.',
    example: '1000',
    fallback: 0,
  }),
  lthreshold: scalar(connections, {
    doc: 'Gets new connections again below so many.',
    example: '800',
    fallback: 0,
  }),
  inhibit_on_failure: scalar(boolean, {
    doc: 'Keeps it with weight 0 when it fails.',
    example: 'true',
    otherwise: inherited,
  }),
  notify_up: scalar(scriptCommand, {
    doc: 'Run when it comes up.',
    example: '/etc/keepalived/up.sh',
  }),
  notify_down: scalar(scriptCommand, {
    doc: 'Run when it fails.',
    example: '/etc/keepalived/down.sh',
  }),
  smtp_alert: scalar(boolean, {
    doc: 'Sends mail when it comes up or fails.',
    example: 'true',
    otherwise: 'smtp_alert_checker, else on',
  }),
  alpha: scalar(boolean, {
    doc: 'Takes it for down until its first success.',
    example: 'true',
    otherwise: inherited,
  }),
  retry: scalar(integer({ min: 1, max: 4_294_967_295 }), {
    doc: 'Default of retry of its checkers.',
    example: '3',
    otherwise: inherited,
  }),
  delay_before_retry: scalar(pause, {
    doc: 'Default of delay_before_retry of its checkers.',
    example: '1.5',
    otherwise: inherited,
  }),
  warmup: scalar(pause, {
    doc: 'Default of warmup of its checkers.',
    example: '2',
    otherwise: inherited,
  }),
  connect_timeout: scalar(period, {
    doc: 'Default of connect_timeout of its checkers.',
    example: '3',
    otherwise: inherited,
  }),
  delay_loop: scalar(period, {
    doc: 'Default of delay_loop of its checkers.',
    example: '5',
    otherwise: inherited,
  }),
  virtualhost: scalar(text('a host name'), {
    bare: 'ignored',
    doc: 'Default of virtualhost of its checkers.',
    example: 'www.example.org',
    otherwise: inherited,
  }),
  snmp_name: scalar(text('a name'), {
    bare: 'ignored',
    doc: 'What management calls it.',
    example: 'web_1',
  }),
  ...checkers,
});
