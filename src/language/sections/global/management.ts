/** SNMP, D-Bus and metrics. */
import { seconds } from '../../../base/units.ts';
import { flag, scalar } from '../../../config/schema.ts';
import { secondsValue } from '../../../config/schema-number.ts';
import { text } from '../../../config/schema-word.ts';
import { listenAddress } from '../../values/listen-address.ts';

const period = secondsValue(0.001, 30);

export const management = {
  metrics_listen: scalar(listenAddress, {
    doc: 'Where metrics are served over TCP in the text form of Prometheus, at /metrics.',
    example: '127.0.0.1:9650',
    otherwise: 'on the control socket alone',
    extension: true,
  }),
  snmp_socket: scalar(
    text('the address of the AgentX master', '[udp:|tcp:|unix:]<ADDR>[:<PORT>]'),
    {
      bare: 'ignored',
      doc: 'Where the AgentX master listens.',
      example: 'tcp:localhost:705',
      fallback: 'unix:/var/agentx/master',
    },
  ),
  enable_traps: flag({ doc: 'Sends SNMP notifications.' }),
  enable_snmp_vrrp: flag({
    doc: "Serves the VRRP part of keepalived's MIB.",
    aliases: { enable_snmp_keepalived: { deprecated: 'write enable_snmp_vrrp' } },
  }),
  enable_snmp_rfc: flag({ doc: 'Serves both MIBs of the RFCs on VRRP.' }),
  enable_snmp_rfcv2: flag({ doc: 'Serves the MIB of RFC 2787.' }),
  enable_snmp_rfcv3: flag({ doc: 'Serves the MIB of RFC 6527.' }),
  enable_snmp_checker: flag({ doc: "Serves the balancer part of keepalived's MIB." }),
  snmp_vs_stats_update_interval: scalar(period, {
    doc: 'How old the statistics of virtual servers may be.',
    example: '2.5',
    fallback: seconds(5),
  }),
  snmp_rs_stats_update_interval: scalar(period, {
    doc: 'How old the statistics of real servers may be.',
    example: '2.5',
    otherwise: 'together with those of virtual servers',
  }),
  enable_dbus: flag({ doc: 'Shows instances on the system D-Bus.' }),
  dbus_service_name: scalar(text('a bus name', '<NAME>'), {
    bare: 'ignored',
    doc: 'Name on the bus.',
    example: 'org.example.Vrrp1',
    fallback: 'org.keepalived.Vrrp1',
  }),
  dbus_no_interface_name: scalar(text('a name', '<NAME>'), {
    doc: 'Stands in object paths for the interface of instances without one.',
    example: 'none',
  }),
};
