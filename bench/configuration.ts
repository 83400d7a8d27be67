/** The configuration files of the bench: both daemons read the same text. */

export interface Instance {
  readonly name?: string;
  readonly interface?: string;
  readonly routerId?: number;
  readonly state?: 'MASTER' | 'BACKUP';
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly addresses: readonly string[];
  readonly excluded?: readonly string[];
}

export interface Options {
  readonly version: 2 | 3;
  /** `vrrp_rt_priority`, which neither daemon sets by itself. */
  readonly realTime?: number | undefined;
}

export function configuration(instances: readonly Instance[], options: Options): string {
  const { version, realTime } = options;
  const process = realTime === undefined ? '' : `  vrrp_rt_priority ${realTime}\n`;
  const head = `global_defs {\n  vrrp_version ${version}\n${process}}\n`;
  return head + instances.map(instanceText).join('');
}

function instanceText(instance: Instance): string {
  const { addresses, excluded = [] } = instance;
  const block = (keyword: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${keyword} {`, ...lines.map((line) => `    ${line}`), '  }'];
  return `${[
    `vrrp_instance ${instance.name ?? 'V'} {`,
    `  state ${instance.state ?? 'BACKUP'}`,
    `  interface ${instance.interface ?? 'eth0'}`,
    `  virtual_router_id ${instance.routerId ?? 51}`,
    `  priority ${instance.priority}`,
    `  advert_int ${instance.interval / 1000}`,
    ...block('virtual_ipaddress', addresses),
    ...block('virtual_ipaddress_excluded', excluded),
    '}',
  ].join('\n')}\n`;
}
