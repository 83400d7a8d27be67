/** From a configuration file to what the daemon runs. */
import type { LoadOptions } from '../../config/load-options.ts';
import { renderTerminal } from '../../config/render/terminal.ts';
import { trackerOf } from '../../engine/bfd/model.ts';
import type { FailoverModel } from '../../engine/model.ts';
import { alertsModel } from '../../engine/translation/alerts-model.ts';
import {
  type DoorsModel,
  doorsModel,
  type TimedCommand,
} from '../../engine/translation/doors-model.ts';
import { groupProblems } from '../../engine/translation/failover-devices.ts';
import { entriesIn } from '../../engine/translation/failover-entries.ts';
import { failoverModel } from '../../engine/translation/failover-model.ts';
import { serviceModels } from '../../engine/translation/service-model.ts';
import {
  type CommandModel,
  type NotifyModel,
  type SupervisorModel,
  supervisorModel,
} from '../../engine/translation/supervisor-model.ts';
import type { ProbeModel } from '../../engine/translation/supervisor-trackers.ts';
import { hasErrors } from '../../language/load.ts';
import type { Model } from '../../language/model.ts';
import { renderModel } from '../../language/render.ts';
import { balancerPlan } from '../balancing/plan.ts';
import { withCommandLine } from '../command-line.ts';
import type { Line } from '../journal/severity.ts';
import type { NotifyPlan } from '../notify/arguments.ts';
import { failoverOrders, processMonitorBuffer, stopPatience } from '../process-orders.ts';
import { slipsIn } from '../reload/slips.ts';
import { accountNamed } from '../scripts/account.ts';
import type { Command } from '../scripts/command.ts';
import { hostFinder } from '../scripts/host-finder.ts';
import { type Preparation, prepareCommand } from '../scripts/prepare.ts';
import type { ScriptPlan } from '../scripts/runner.ts';
import { fingerprintOf } from './fingerprint.ts';
import { withKeysInline } from './key-file.ts';
import { loadHere } from './load.ts';
import type { DaemonPlan, DoorsPlan, Reading, TimedScript } from './plan.ts';
import { pipesPlan, watchableFiles } from './plan-watched.ts';
import { routingNamesHere } from './routing-names.ts';

/** `options` as of `surroundings`. */
export function readConfiguration(path: string, options?: LoadOptions): Reading {
  const { model, diagnostics, sources } = loadHere(path, options);
  const text = renderTerminal(diagnostics, sources, { colour: false, width: 120 });
  if (hasErrors(diagnostics)) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    return { ok: false, errors, text };
  }
  const remarks: Line[] = diagnostics
    .filter(({ severity }) => severity === 'warning')
    .map(({ message, code }) => ({
      loudness: 'warning',
      text: `${path}: ${message} [${code}] (see "holdfast check ${path}")`,
    }));
  const whole = withKeysInline(withCommandLine(model, process.env));
  if (!whole.ok) {
    const lines = whole.error.map((problem) => `error: ${path}: ${problem}`);
    return { ok: false, errors: lines.length, text: lines.join('\n') };
  }
  const slips = slipsIn(diagnostics);
  const fingerprint = fingerprintOf(sources);
  return { ok: true, plan: { ...planOf(whole.value, remarks), slips, fingerprint } };
}

function planOf(
  model: Model,
  warnings: readonly Line[],
): Omit<DaemonPlan, 'slips' | 'fingerprint'> {
  const { global_defs: global } = model;
  const { iproute_usr_dir: vendor, iproute_etc_dir: administrator } = global;
  const names = routingNamesHere({ vendor, administrator });
  const entries = entriesIn(model, names);
  // `-P` and `-C` of keepalived's command line run one of both.
  const parts = process.env.HOLDFAST_PARTS;
  const whole = failoverModel(model, entries, names);
  const isWithoutBfd = process.env.HOLDFAST_NO_BFD !== undefined;
  const wanted = isWithoutBfd ? withoutSessions(whole) : whole;
  const failover = parts === 'balancer' ? withoutRouters(wanted) : wanted;
  const supervisor = supervisorModel(model);
  const doors = doorsModel(model, failover.instances);
  const remarks = [...warnings];
  for (const text of [...entries.problems, ...groupProblems(model, names)]) {
    remarks.push({ loudness: 'error', text });
  }
  const disabled: { readonly name: string; readonly reason: string }[] = [];
  const scripts = supervisor.scripts.flatMap((script) => {
    const prepared = prepare(script.command, supervisor);
    if (prepared.kind === 'refused') {
      disabled.push({ name: script.name, reason: prepared.reason });
      const text = `track script ${script.name} is not run, and what tracks it runs unwatched: ${prepared.reason}`;
      remarks.push({ loudness: 'error', text });
      return [];
    }
    tell(prepared, `track script ${script.name}`, remarks);
    const { name, interval, timeout, rise, fall, initFail } = script;
    const task = { kind: 'command', command: prepared.command } as const;
    return [{ name, tracker: script.tracker, task, interval, timeout, rise, fall, initFail }];
  });
  const { files, refused } = watchableFiles(supervisor.files, remarks);
  const unwatched = [...disabled.map(({ name }) => `script:${name}`), ...refused];
  return {
    failover: withoutTrackers(failover, new Set(unwatched)),
    process: failoverOrders(supervisor.process, doors.names?.failover, global),
    processBuffer: processMonitorBuffer(global),
    stopPatience: stopPatience(model),
    scripts: [...scripts, ...supervisor.probes.map(probePlan)],
    files,
    processes: supervisor.processes,
    verdicts: isWithoutBfd ? switchedOff(whole) : [],
    disabledScripts: disabled,
    instanceNotify: notifyPlans(supervisor.instanceNotify, supervisor, remarks),
    groupNotify: notifyPlans(supervisor.groupNotify, supervisor, remarks),
    pipes: pipesPlan(
      supervisor.pipes,
      (keyword, command) => readyCommand(keyword, command, supervisor, remarks),
      remarks,
    ),
    alerts: { ...alertsModel(model), node: supervisor.routerId },
    services: serviceModels(model),
    balancer:
      parts === 'failover'
        ? undefined
        : balancerPlan(model, {
            security: supervisor.security,
            title: doors.names?.balancer,
            prepare: (what, command) => readyCommand(what, command, supervisor, remarks),
          }),
    doors: {
      ...doorsPlan(doors, supervisor, remarks),
      ...(doors.saveDirectory === undefined ? {} : { savedText: renderModel(model) }),
    },
    remarks,
  };
}

function probePlan({ targets, quorum, ...terms }: ProbeModel): ScriptPlan {
  return { ...terms, task: { kind: 'probe', probe: { targets, quorum } } };
}

function prepare(
  command: SupervisorModel['scripts'][number]['command'],
  { security }: SupervisorModel,
): Preparation {
  return prepareCommand(command, security, { finder: hostFinder, account: accountNamed });
}

function tell(
  prepared: Extract<Preparation, { readonly kind: 'ready' }>,
  what: string,
  remarks: Line[],
): void {
  for (const text of prepared.warnings)
    remarks.push({ loudness: 'warning', text: `${what}: ${text}` });
}

function readyCommand(
  what: string,
  own: CommandModel,
  supervisor: SupervisorModel,
  remarks: Line[],
): Command | undefined {
  const prepared = prepare(own, supervisor);
  if (prepared.kind === 'ready') {
    tell(prepared, what, remarks);
    return prepared.command;
  }
  remarks.push({ loudness: 'error', text: `${what} is not run: ${prepared.reason}` });
  return undefined;
}

function notifyPlans(
  models: readonly NotifyModel[],
  supervisor: SupervisorModel,
  remarks: Line[],
): ReadonlyMap<string, NotifyPlan> {
  return new Map(
    models.map((model) => {
      const ready = (keyword: string, own: NotifyModel['every']): Command | undefined =>
        own === undefined
          ? undefined
          : readyCommand(`(${model.name}) ${keyword}`, own, supervisor, remarks);
      const { scripts } = model;
      return [
        model.name,
        {
          master: ready('notify_master', scripts.master),
          backup: ready('notify_backup', scripts.backup),
          fault: ready('notify_fault', scripts.fault),
          stop: ready('notify_stop', scripts.stop),
          deleted: ready('notify_deleted', scripts.deleted),
          lowerPriority: ready('notify_master_rx_lower_pri', scripts['master-rx-lower-pri']),
          every: ready('notify', model.every),
          tellDeleted: model.tellDeleted,
        },
      ];
    }),
  );
}

function doorsPlan(doors: DoorsModel, supervisor: SupervisorModel, remarks: Line[]): DoorsPlan {
  const ready = (what: string, timed: TimedCommand | undefined): TimedScript | undefined => {
    if (timed === undefined) return undefined;
    const prepared = prepare(timed.command, supervisor);
    if (prepared.kind === 'refused') {
      remarks.push({ loudness: 'error', text: `${what} is not run: ${prepared.reason}` });
      return undefined;
    }
    tell(prepared, what, remarks);
    return { command: prepared.command, timeout: timed.timeout };
  };
  return {
    ...doors,
    startup: ready('startup_script', doors.startup),
    shutdown: ready('shutdown_script', doors.shutdown),
  };
}

/** A script that cannot be run is not tracked, as keepalived has it: its absence moves no address. */
function withoutTrackers(model: FailoverModel, gone: ReadonlySet<string>): FailoverModel {
  if (gone.size === 0) return model;
  const keep = <Holder extends { readonly trackers: readonly { readonly tracker: string }[] }>(
    holder: Holder,
  ): Holder => ({
    ...holder,
    trackers: holder.trackers.filter(({ tracker }) => !gone.has(tracker)),
  });
  return { ...model, instances: model.instances.map(keep), groups: model.groups.map(keep) };
}

/** BFD stays: it tells checks too. */
function withoutRouters({ host, bfd }: FailoverModel): FailoverModel {
  const rest = { instances: [], groups: [], staticEntries: [], host };
  return bfd === undefined ? rest : { ...rest, bfd };
}

/** `-B` of keepalived's command line: whoever tracks a session takes it to be down. */
function withoutSessions({ bfd: _, ...rest }: FailoverModel): FailoverModel {
  return rest;
}

function switchedOff({ bfd = [] }: FailoverModel): DaemonPlan['verdicts'] {
  return bfd
    .filter(({ forFailover, tracked }) => forFailover && tracked)
    .map(({ name }) => {
      const detail = 'BFD is switched off (-B, --no_bfd)';
      return { kind: 'tracker', tracker: trackerOf(name), up: false, detail };
    });
}
