/** What the supervisor runs beside the engines: scripts, who runs them, and how its processes are set up. */
import type { Duration } from '../../base/units.ts';
import type {
  GlobalDefs,
  Model,
  SyncGroup,
  TrackScript,
  VrrpInstance,
} from '../../language/model.ts';
import type { Fifo } from '../../language/values/fifo.ts';
import type { Command, ScriptCommand } from '../../language/values/script-command.ts';
import type { UserAndGroup } from '../../language/values/user.ts';
import {
  fileModels,
  type ProbeModel,
  probeModels,
  processModels,
  type TrackFileModel,
  type TrackProcessModel,
  trackedNames,
} from './supervisor-trackers.ts';

export interface SupervisorModel {
  /** Scripts that something tracks; an untracked script is never run. */
  readonly scripts: readonly TrackScriptModel[];
  readonly probes: readonly ProbeModel[];
  readonly files: readonly TrackFileModel[];
  readonly processes: readonly TrackProcessModel[];
  readonly instanceNotify: readonly NotifyModel[];
  readonly groupNotify: readonly NotifyModel[];
  readonly pipes: PipesModel;
  readonly security: SecurityModel;
  readonly process: ProcessModel;
  /** `router_id`; undefined takes the host's name. */
  readonly routerId: string | undefined;
}

export interface RunAs {
  /** Names or numbers as configured; undefined leaves the decision to the host (see `SecurityModel`). */
  readonly user: string | undefined;
  readonly group: string | undefined;
}

export interface CommandModel {
  /** The words of the command: program first, or the shell with its expression. */
  readonly argv: readonly string[];
  /** A file that is fed to the command as its standard input. */
  readonly input: string | undefined;
  /** Whether it runs in a shell because its text is a shell expression. */
  readonly shell: boolean;
  readonly runAs: RunAs;
}

export interface TrackScriptModel {
  readonly name: string;
  /** As `TrackedName.tracker` calls it. */
  readonly tracker: string;
  readonly command: CommandModel;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export type NotifyState =
  | 'master'
  | 'backup'
  | 'fault'
  | 'stop'
  | 'deleted'
  | 'master-rx-lower-pri';

export interface NotifyModel {
  /** Of the instance or group. */
  readonly name: string;
  readonly scripts: Readonly<Partial<Record<NotifyState, CommandModel>>>;
  /** `notify`: gets INSTANCE or GROUP, name, state and priority behind its own arguments. */
  readonly every: CommandModel | undefined;
  /** Whether removal by a reload is told as DELETED rather than FAULT. */
  readonly tellDeleted: boolean;
}

export interface PipeModel {
  readonly path: string;
  /** Who owns the pipe; undefined is whoever the daemon is. */
  readonly owner: RunAs;
  /** The program that reads it, which is given the path as its last argument. */
  readonly reader: CommandModel | undefined;
}

export interface PipesModel {
  /** `notify_fifo`: everything. */
  readonly all: PipeModel | undefined;
  readonly vrrp: PipeModel | undefined;
  readonly lvs: PipeModel | undefined;
  /** The instances whose changes of priority are told (`notify_priority_changes`). */
  readonly priorityChanges: readonly string[];
  /** `fifo_write_vrrp_states_on_reload`. */
  readonly statesOnReload: boolean;
}

export interface SecurityModel {
  /** `script_user`; undefined takes keepalived_script where that user exists, else root. */
  readonly scriptUser: RunAs | undefined;
  /** `enable_script_security`. */
  readonly enforce: boolean;
  /** `use_symlink_paths`: programs are run under the path that is written. */
  readonly asWritten?: boolean;
  /** `set_supplementary_groups`. */
  readonly allGroups?: boolean;
}

export interface ProcessModel {
  readonly nice: number | undefined;
  readonly realTimePriority: number | undefined;
  readonly lockMemory: boolean;
  readonly cpuAffinity: readonly number[] | undefined;
  readonly realTimeLimit: Duration | undefined;
}

export function supervisorModel(model: Model): SupervisorModel {
  const { global_defs: global } = model;
  const tracked = trackedNames(model);
  return {
    scripts: trackedScripts(model, tracked),
    probes: probeModels(model, tracked),
    files: fileModels(model, tracked),
    processes: processModels(model, tracked),
    instanceNotify: model.vrrp_instance.map(instanceNotify),
    groupNotify: model.vrrp_sync_group.map(groupNotify),
    pipes: pipesModel(model),
    security: securityModel(global),
    process: processModel(model),
    routerId: global.router_id,
  };
}

function securityModel(global: GlobalDefs): SecurityModel {
  return {
    scriptUser: runAs(global.script_user),
    enforce: global.enable_script_security,
    ...(global.use_symlink_paths ? { asWritten: true } : {}),
    ...(global.set_supplementary_groups ? { allGroups: true } : {}),
  };
}

/** BFD runs in the failover process: what is asked for it counts where VRRP asks for nothing. */
function processModel({ global_defs: global, bfd_instance: sessions }: Model): ProcessModel {
  const {
    bfd_priority: nice,
    bfd_rt_priority: realTimePriority,
    bfd_cpu_affinity: cpuAffinity,
    bfd_rlimit_rttime: realTimeLimit,
  } = sessions.length > 0 ? global : ({} as Partial<GlobalDefs>);
  return {
    nice: global.vrrp_priority ?? nice,
    realTimePriority: global.vrrp_rt_priority ?? realTimePriority,
    lockMemory: global.vrrp_no_swap || (sessions.length > 0 && global.bfd_no_swap),
    cpuAffinity: global.vrrp_cpu_affinity ?? cpuAffinity,
    realTimeLimit: global.vrrp_rlimit_rttime ?? realTimeLimit,
  };
}

function pipesModel({
  global_defs: global,
  vrrp_instance: instances,
  vrrp_sync_group,
}: Model): PipesModel {
  const tells = (node: SyncGroup | VrrpInstance) =>
    node.notify_priority_changes ?? global.vrrp_notify_priority_changes;
  const members = vrrp_sync_group.filter(tells).flatMap(({ group }) => group);
  return {
    all: pipeModel(global.notify_fifo, global.notify_fifo_script),
    vrrp: pipeModel(global.vrrp_notify_fifo, global.vrrp_notify_fifo_script),
    lvs: pipeModel(global.lvs_notify_fifo, global.lvs_notify_fifo_script),
    priorityChanges: [...new Set([...instances.filter(tells).map(({ name }) => name), ...members])],
    statesOnReload: global.fifo_write_vrrp_states_on_reload,
  };
}

function pipeModel(pipe: Fifo | undefined, script: ScriptCommand | undefined) {
  if (pipe === undefined) return undefined;
  const { path, user, group } = pipe;
  return { path, owner: { user, group }, reader: notifyCommand(script) };
}

function trackedScripts(model: Model, tracked: ReadonlySet<string>): TrackScriptModel[] {
  return model.vrrp_script.flatMap((script) => {
    const { script: command } = script;
    return command === undefined || !tracked.has(`script:${script.name}`)
      ? []
      : [trackScript(script, command)];
  });
}

function trackScript(script: TrackScript, command: Command): TrackScriptModel {
  return {
    name: script.name,
    tracker: `script:${script.name}`,
    command: commandModel(command, runAs(script.user)),
    interval: script.interval,
    timeout: script.timeout ?? script.interval,
    rise: script.rise,
    fall: script.fall,
    initFail: script.init_fail,
  };
}

function runAs(written: UserAndGroup | undefined): RunAs | undefined {
  return written === undefined ? undefined : { user: written.user, group: written.group };
}

const nobodyNamed: RunAs = { user: undefined, group: undefined };

function commandModel(command: Command, as: RunAs | undefined): CommandModel {
  const who = as ?? nobodyNamed;
  switch (command.kind) {
    case 'program':
      return { argv: command.argv, input: undefined, shell: false, runAs: who };
    case 'shell':
      return {
        argv: shellWords(command.line),
        input: undefined,
        shell: true,
        runAs: who,
      };
    case 'input':
      return { argv: ['/bin/sh'], input: command.path, shell: true, runAs: who };
  }
}

/** `[[ … ]]` is not in every /bin/sh: a plain test is said as `[ … ]`, one with patterns needs bash. */
function shellWords(line: string): readonly string[] {
  if (!line.includes('[[')) return ['/bin/sh', '-c', line];
  if (/\[\[[^\]]*(=~|==|&&|\|\||<|>|\()[^\]]*\]\]/.test(line)) return ['/bin/bash', '-c', line];
  return ['/bin/sh', '-c', line.replaceAll('[[', '[').replaceAll(']]', ']')];
}

export function notifyCommand(script: ScriptCommand | undefined): CommandModel | undefined {
  if (script === undefined) return undefined;
  return commandModel(script.command, { user: script.user, group: script.group });
}

function groupNotify(group: SyncGroup | VrrpInstance): NotifyModel {
  const scripts: Partial<Record<NotifyState, CommandModel>> = {};
  const set = (state: NotifyState, script: ScriptCommand | undefined): void => {
    const command = notifyCommand(script);
    if (command !== undefined) scripts[state] = command;
  };
  set('master', group.notify_master);
  set('backup', group.notify_backup);
  set('fault', group.notify_fault);
  set('stop', group.notify_stop);
  return { name: group.name, scripts, every: notifyCommand(group.notify), tellDeleted: false };
}

function instanceNotify(instance: VrrpInstance): NotifyModel {
  const shared = groupNotify(instance);
  const deleted = instance.notify_deleted;
  const lower = notifyCommand(instance.notify_master_rx_lower_pri);
  const gone = typeof deleted === 'object' ? notifyCommand(deleted) : undefined;
  return {
    ...shared,
    scripts: {
      ...shared.scripts,
      ...(lower === undefined ? {} : { 'master-rx-lower-pri': lower }),
      ...(gone === undefined ? {} : { deleted: gone }),
    },
    tellDeleted: deleted !== undefined,
  };
}
