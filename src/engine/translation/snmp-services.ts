/** What SNMP shows of services and servers that the balancer need not know. */
import type { Address } from '../../base/address.ts';
import { type Duration, seconds } from '../../base/units.ts';
import type { Model, RealServer, VirtualServer } from '../../language/model.ts';

export interface SnmpService {
  /** As the header of the service is written. */
  readonly header: VirtualServer['service'];
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly method: 'NAT' | 'DR' | 'TUN';
  readonly tunnel: SnmpTunnel | undefined;
  readonly sorry: { readonly address: Address; readonly port: number | undefined } | undefined;
  readonly inhibit: boolean;
  readonly haSuspend: boolean;
  readonly omega: boolean;
  readonly weight: number;
  /** Defaults of its servers. */
  readonly manners: SnmpManners;
  readonly servers: readonly SnmpServer[];
}

export interface SnmpServer {
  readonly address: Address;
  readonly port: number | undefined;
  readonly manners: SnmpManners;
}

export interface SnmpManners {
  readonly virtualHost: string | undefined;
  readonly alpha: boolean;
  readonly mail: boolean;
  /** 0 where nothing is said: each kind of checker has its own. */
  readonly retries: number;
  readonly retryDelay: Duration;
  readonly warmup: Duration;
  readonly interval: Duration;
  readonly timeout: Duration;
}

export interface SnmpTunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  readonly port: number | undefined;
  readonly checksum: 'nocsum' | 'csum' | 'remcsum';
}

const usual: SnmpManners = {
  virtualHost: undefined,
  alpha: false,
  mail: false,
  retries: 0,
  retryDelay: seconds(0),
  warmup: seconds(0),
  interval: seconds(60),
  timeout: seconds(5),
};

export function snmpServices(model: Model): readonly SnmpService[] {
  const { global_defs: global } = model;
  const byDefault = global.smtp_alert_checker ?? global.smtp_alert;
  return model.virtual_server.map((virtual) => {
    const { lb_kind: method = { kind: 'NAT' }, protocol } = virtual;
    const manners = mannersOf(virtual, usual, byDefault ?? false);
    return {
      header: virtual.service,
      protocol: protocol === 'TCP' ? 'tcp' : protocol === 'SCTP' ? 'sctp' : 'udp',
      method: method.kind,
      tunnel: method.kind === 'TUN' ? tunnelOf(method) : undefined,
      sorry: virtual.sorry_server,
      inhibit: virtual.inhibit_on_failure,
      haSuspend: virtual.ha_suspend,
      omega: virtual.omega,
      weight: virtual.weight,
      manners,
      servers: virtual.real_server.map((server) => ({
        ...server.endpoint,
        manners: mannersOf(server, { ...manners, virtualHost: undefined }, byDefault ?? true),
      })),
    };
  });
}

function tunnelOf({
  type = 'ipip',
  port,
  checksum = 'nocsum',
}: Partial<Extract<NonNullable<VirtualServer['lb_kind']>, { readonly kind: 'TUN' }>>): SnmpTunnel {
  return { type, port, checksum };
}

type Written = Partial<
  Pick<
    RealServer,
    | 'virtualhost'
    | 'alpha'
    | 'retry'
    | 'delay_before_retry'
    | 'warmup'
    | 'delay_loop'
    | 'connect_timeout'
    | 'smtp_alert'
  >
>;

function mannersOf(written: Written, inherited: SnmpManners, mail: boolean): SnmpManners {
  return {
    virtualHost: written.virtualhost ?? inherited.virtualHost,
    alpha: written.alpha ?? inherited.alpha,
    mail: written.smtp_alert ?? mail,
    retries: written.retry ?? inherited.retries,
    retryDelay: written.delay_before_retry ?? inherited.retryDelay,
    warmup: written.warmup ?? inherited.warmup,
    interval: written.delay_loop ?? inherited.interval,
    timeout: written.connect_timeout ?? inherited.timeout,
  };
}
