/** The doors that others look in through, and what the daemon does for its surroundings: as configured. */
import type { Address, Family } from '../../base/address.ts';
import type { Duration } from '../../base/units.ts';
import type { Model } from '../../language/model.ts';
import type { FailoverModel } from '../model.ts';
import { globalLines } from './global-lines.ts';
import { type SnmpModel, snmpModel } from './snmp-model.ts';
import { type CommandModel, notifyCommand } from './supervisor-model.ts';

export interface DoorsModel {
  /** Where metrics are served over TCP. */
  readonly metrics: { readonly address: Address; readonly port: number } | undefined;
  readonly dumps: DumpModel;
  /** Octal, as keepalived reads it; undefined keeps keepalived's 0177. */
  readonly umask: number | undefined;
  readonly names: ProcessNames | undefined;
  readonly startup: TimedCommand | undefined;
  readonly shutdown: TimedCommand | undefined;
  readonly saveDirectory: string | undefined;
  /** `reload_check_config`: told what is wrong with a configuration that is refused; an empty path is told nothing. */
  readonly refusalFile?: string | undefined;
  /** `reload_file`: there while a reload reads; an empty path stands for the default beside the pid file. */
  readonly reloadMarker: string | undefined;
  /** `enable_dbus`. */
  readonly bus: BusModel | undefined;
  /** Absent where no `enable_snmp_...` is written. */
  readonly snmp?: SnmpModel | undefined;
  readonly timedReload: { readonly file: string; readonly daily: boolean } | undefined;
}

/** What only dumps show. */
export interface DumpModel {
  readonly version: number;
  /** `state_dump_file`. */
  readonly stateFile: string | undefined;
  /** `stats_dump_file`, `json_dump_file`. */
  readonly statisticsFile?: string | undefined;
  readonly jsonFile?: string | undefined;
  /** What `data_use_instance` puts into file names; undefined without it. */
  readonly label: string | undefined;
  /** Of "Global definitions", without their leading blank. */
  readonly globals: readonly string[];
  /** Names of instances and groups whose changes are told by mail. */
  readonly mailed: readonly string[];
  /** The weights of track scripts themselves, where those that track them have none of their own. */
  readonly scriptWeights: readonly TrackScriptWeight[];
  /** The same of tracked processes. */
  readonly processWeights?: readonly TrackScriptWeight[];
}

export interface TrackScriptWeight {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

/** The daemon on the system D-Bus. */
export interface BusModel {
  readonly name: string;
  readonly place: { readonly namespace: string | undefined; readonly instance: string | undefined };
  readonly instances: readonly {
    readonly name: string;
    /** Instances without one have a word in its place. */
    readonly interface: string;
    readonly virtualRouterId: number;
    readonly family: Family;
  }[];
}

export interface ProcessNames {
  readonly supervisor: string;
  readonly failover: string;
  readonly balancer: string;
}

export interface TimedCommand {
  readonly command: CommandModel;
  readonly timeout: Duration;
}

export function doorsModel(model: Model, instances: FailoverModel['instances'] = []): DoorsModel {
  const { global_defs: global } = model;
  const { reload_time_file: timeFile } = global;
  const startup = notifyCommand(global.startup_script);
  const shutdown = notifyCommand(global.shutdown_script);
  return {
    metrics: global.metrics_listen,
    dumps: dumpModel(model),
    umask: global.umask,
    names: processNames(model),
    startup:
      startup === undefined
        ? undefined
        : { command: startup, timeout: global.startup_script_timeout },
    shutdown:
      shutdown === undefined
        ? undefined
        : { command: shutdown, timeout: global.shutdown_script_timeout },
    saveDirectory: global.config_save_dir,
    refusalFile: global.reload_check_config,
    reloadMarker: global.reload_file,
    bus: global.enable_dbus ? busModel(model, instances) : undefined,
    snmp: snmpModel(model),
    timedReload:
      timeFile === undefined ? undefined : { file: timeFile, daily: global.reload_repeat },
  };
}

/** Those that run: what could not be had has no object. */
function busModel(
  { global_defs: global, net_namespace: namespace, instance }: Model,
  instances: FailoverModel['instances'],
): BusModel {
  const otherwise = global.dbus_no_interface_name ?? 'none';
  return {
    name: global.dbus_service_name,
    place: { namespace, instance },
    instances: instances.map(({ name, interface: link, virtualRouterId, family }) => ({
      ...{ name, virtualRouterId, family },
      interface: link ?? otherwise,
    })),
  };
}

function dumpModel(model: Model): DumpModel {
  const { global_defs: global } = model;
  const byDefault = global.smtp_alert_vrrp ?? global.smtp_alert ?? false;
  const label = [model.net_namespace, model.instance].filter((part) => part !== undefined);
  return {
    version: global.json_version,
    stateFile: global.state_dump_file,
    statisticsFile: global.stats_dump_file,
    jsonFile: global.json_dump_file,
    label: global.data_use_instance && label.length > 0 ? label.join('_') : undefined,
    globals: globalLines(model),
    mailed: [...model.vrrp_instance, ...model.vrrp_sync_group]
      .filter(({ smtp_alert: own }) => own ?? byDefault)
      .map(({ name }) => name),
    scriptWeights: model.vrrp_script.map(({ name, weight }) => ({ name, ...weight })),
    processWeights: model.vrrp_track_process.map(({ name, weight }) => ({ name, ...weight })),
  };
}

/** `process_names` gives keepalived's names; a name of one's own works without it. */
function processNames({ global_defs: global }: Model): ProcessNames | undefined {
  const { process_names: all, process_name: parent, vrrp_process_name: vrrp } = global;
  const { checker_process_name: checker } = global;
  if (!all && [parent, vrrp, checker].every((name) => name === undefined)) return undefined;
  return {
    supervisor: named(parent, 'keepalived'),
    failover: named(vrrp, 'keepalived_vrrp'),
    balancer: named(checker, 'keepalived_lvs'),
  };
}

function named(written: string | undefined, otherwise: string): string {
  return written === undefined || written === '' ? otherwise : written;
}
