/** What SNMP shows of a configuration that nothing else of the daemon needs to know. */
import type { Duration } from '../../base/units.ts';
import type { Model } from '../../language/model.ts';
import type { TrackScriptWeight } from './doors-model.ts';
import { type SnmpService, snmpServices } from './snmp-services.ts';

export interface SnmpModel {
  /** `snmp_socket`. */
  readonly socket: string;
  /** `enable_snmp_vrrp`. */
  readonly vrrp: boolean;
  /** `enable_snmp_rfcv2`, RFC 2787. */
  readonly rfc2787: boolean;
  /** `enable_snmp_rfcv3`, RFC 6527. */
  readonly rfc6527: boolean;
  /** `enable_snmp_checker`. */
  readonly checker: boolean;
  readonly traps: boolean;
  /** How old counters of services and of servers may be. */
  readonly serviceAge: Duration;
  readonly serverAge: Duration;
  readonly host: SnmpHost;
  readonly mail: SnmpMail;
  /** Weights of track files, processes and BFD sessions themselves, in configured order. */
  readonly files: readonly TrackScriptWeight[];
  readonly processes: readonly TrackScriptWeight[];
  readonly sessions: readonly TrackScriptWeight[];
  /** Instances whose own linkbeat is polled. */
  readonly polled: readonly string[];
  /** Empty unless they are served. */
  readonly services: readonly SnmpService[];
  readonly serviceGroups: Model['virtual_server_group'];
}

export interface SnmpHost {
  /** undefined takes the host's name. */
  readonly routerId: string | undefined;
  readonly namespace: string | undefined;
  readonly pollsLinks: boolean;
  readonly flush: boolean;
  readonly flushOnStop: 'all' | 'own' | undefined;
  readonly bus: boolean;
  readonly dynamicInterfaces: boolean;
  readonly checksumAsV2: boolean;
}

export interface SnmpMail {
  /** As written: an address, or a name. */
  readonly server: string | undefined;
  readonly port: number;
  readonly timeout: Duration;
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly faults: boolean;
  /** undefined where nothing is said. */
  readonly byDefault: boolean | undefined;
  readonly vrrp: boolean | undefined;
  readonly checker: boolean | undefined;
}

const smtpPort = 25;

/** undefined where no keyword asks for SNMP. */
export function snmpModel(model: Model): SnmpModel | undefined {
  const { global_defs: global } = model;
  const rfc2787 = global.enable_snmp_rfc || global.enable_snmp_rfcv2;
  const rfc6527 = global.enable_snmp_rfc || global.enable_snmp_rfcv3;
  const { enable_snmp_vrrp: vrrp, enable_snmp_checker: checker } = global;
  if (!(vrrp || checker || rfc2787 || rfc6527)) return undefined;
  return {
    socket: global.snmp_socket,
    ...{ vrrp, rfc2787, rfc6527, checker },
    traps: global.enable_traps,
    serviceAge: global.snmp_vs_stats_update_interval,
    serverAge: global.snmp_rs_stats_update_interval ?? global.snmp_vs_stats_update_interval,
    host: hostOf(model),
    mail: mailOf(model),
    files: model.track_file.map(({ name, weight }) => ({ name, ...weight })),
    processes: model.vrrp_track_process.map(({ name, weight }) => ({ name, ...weight })),
    sessions: model.bfd_instance.map(({ name, weight }) => ({ name, ...weight })),
    polled: model.vrrp_instance
      .filter(({ linkbeat_use_polling: own }) => own)
      .map(({ name }) => name),
    services: checker ? snmpServices(model) : [],
    serviceGroups: checker ? model.virtual_server_group : [],
  };
}

function hostOf({ global_defs: global, ...model }: Model): SnmpHost {
  const { lvs_flush_on_stop: flushOnStop } = global;
  return {
    routerId: global.router_id,
    namespace: model.net_namespace,
    pollsLinks: model.linkbeat_use_polling,
    flush: global.lvs_flush,
    flushOnStop: flushOnStop === undefined ? undefined : flushOnStop === 'VS' ? 'own' : 'all',
    bus: global.enable_dbus,
    dynamicInterfaces: global.dynamic_interfaces !== undefined,
    checksumAsV2: global.v3_checksum_as_v2,
  };
}

function mailOf({ global_defs: global }: Model): SnmpMail {
  const { smtp_server: server } = global;
  return {
    server: server?.host,
    port: server?.port ?? smtpPort,
    timeout: global.smtp_connect_timeout,
    from: global.notification_email_from,
    to: global.notification_email,
    faults: !global.no_email_faults,
    byDefault: global.smtp_alert,
    vrrp: global.smtp_alert_vrrp,
    checker: global.smtp_alert_checker,
  };
}
