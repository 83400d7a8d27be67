/** What the daemon makes of the services of a configuration: the balancer's model, and what is run when they change. */
import {
  balancerModel,
  type ServiceScripts,
  type UpDownScripts,
} from '../../engine/translation/balancer-model.ts';
import type { CommandModel, SecurityModel } from '../../engine/translation/supervisor-model.ts';
import type { Model } from '../../language/model.ts';
import type { ProcessOrders } from '../channel.ts';
import { autoPriority, balancerBuffers } from '../process-orders.ts';
import type { Command } from '../scripts/command.ts';
import { packModel } from './model-packing.ts';
import type { PackedModel } from './packed-model.ts';

export interface BalancerPlan {
  readonly model: PackedModel;
  readonly process: ProcessOrders;
  /** Who the scripts of checks run as. */
  readonly security: SecurityModel;
  /** `net_namespace_ipvs`: the file of that network namespace. */
  readonly namespace: string | undefined;
  /** By `BalancedService.id`. */
  readonly scripts: ReadonlyMap<string, ServiceCommands>;
}

export interface UpDownCommands {
  readonly up: Command | undefined;
  readonly down: Command | undefined;
}

export interface ServiceCommands extends UpDownCommands {
  /** By `BalancedServer.name`. */
  readonly servers: ReadonlyMap<string, UpDownCommands>;
}

export interface BalancerSurroundings {
  readonly security: SecurityModel;
  readonly title: string | undefined;
  /** Finds and checks a command; undefined when it must not run, which has been remarked. */
  prepare(what: string, command: CommandModel): Command | undefined;
}

/** undefined where nothing is balanced. */
export function balancerPlan(
  model: Model,
  { security, title, prepare }: BalancerSurroundings,
): BalancerPlan | undefined {
  if (model.virtual_server.length === 0) return undefined;
  const translation = balancerModel(model);
  if (translation.model.services.length === 0) return undefined;
  const ready = (what: string, command: CommandModel | undefined): Command | undefined =>
    command === undefined ? undefined : prepare(what, command);
  const { global_defs: global } = model;
  return {
    model: packModel(translation.model),
    namespace: planeNamespace(model),
    process: {
      nice: global.checker_priority,
      title,
      realTimePriority: global.checker_rt_priority,
      lockMemory: global.checker_no_swap,
      cpus: global.checker_cpu_affinity,
      realTimeLimit: global.checker_rlimit_rttime,
      buffers: balancerBuffers(global),
      autoPriority: autoPriority(global),
    },
    security,
    scripts: new Map(translation.scripts.map((each) => [each.service, commandsOf(each, ready)])),
  };
}

/** Without a name it is that of the first process. */
function planeNamespace({ net_namespace_ipvs: name }: Model): string | undefined {
  if (name === undefined) return undefined;
  return name === '' ? '/proc/1/ns/net' : `/run/netns/${name}`;
}

function commandsOf(
  { service, up, down, servers }: ServiceScripts,
  ready: (what: string, command: CommandModel | undefined) => Command | undefined,
): ServiceCommands {
  const ofServer = (name: string, scripts: UpDownScripts): UpDownCommands => ({
    up: ready(`(${service}, ${name}) notify_up`, scripts.up),
    down: ready(`(${service}, ${name}) notify_down`, scripts.down),
  });
  return {
    up: ready(`(${service}) quorum_up`, up),
    down: ready(`(${service}) quorum_down`, down),
    servers: new Map([...servers].map(([name, scripts]) => [name, ofServer(name, scripts)])),
  };
}
