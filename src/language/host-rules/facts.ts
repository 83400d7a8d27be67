/**
 * What a check against a host needs to know of it, and the answers, as plain values: whoever can look at the host
 * answers the questions, the rules stay pure.
 */
import type { Address } from '../../base/address.ts';
import type { Model, SyncGroup, VrrpInstance } from '../model.ts';
import type { RouteLine } from '../values/route-line.ts';
import type { RuleLine } from '../values/rule-line.ts';
import type { Command, ScriptCommand } from '../values/script-command.ts';

export interface LinkFacts {
  readonly loopback: boolean;
}

/** What looking at a program found; `path` is the element of its path that decides. */
export type ProgramFinding =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string }
  | {
      readonly kind: 'writable';
      readonly path: string;
      readonly by: 'owner' | 'group' | 'others';
    };

export interface HostFacts {
  readonly links: ReadonlyMap<string, LinkFacts>;
  /** All that the host has now; undefined where nobody looked. */
  readonly addresses: ReadonlySet<Address> | undefined;
  /** Routes and rules that name what this host has no number for, by their lines of the model; and why. */
  readonly unnamed: ReadonlyMap<RouteLine | RuleLine, string>;
  /** Names of users that exist. */
  readonly users: ReadonlySet<string>;
  /** By path as asked for; what was not looked at is absent. */
  readonly programs: ReadonlyMap<string, ProgramFinding>;
}

export interface HostQuestions {
  readonly users: readonly string[];
  /** Paths of programs, absolute or to be searched in PATH. */
  readonly programs: readonly string[];
}

/** A program of the configuration, and where it is written. */
export interface ProgramUse {
  readonly path: string;
  readonly user: string | undefined;
  readonly node: object;
  readonly key: string;
  readonly owner: string;
}

const notifyKeys = [
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify',
] as const;

const globalKeys = [
  'startup_script',
  'shutdown_script',
  'notify_fifo_script',
  'vrrp_notify_fifo_script',
  'lvs_notify_fifo_script',
] as const;

export function programUses(model: Model): readonly ProgramUse[] {
  return [...globalUses(model), ...failoverUses(model), ...serviceUses(model)];
}

/** The program of `node[key]`, if it names one. */
function useOf(
  { node, key, owner }: Pick<ProgramUse, 'node' | 'key' | 'owner'>,
  script: ScriptCommand | undefined,
): readonly ProgramUse[] {
  return programOf(script?.command).map((path) => ({ path, user: script?.user, node, key, owner }));
}

function globalUses({ global_defs: node }: Model): readonly ProgramUse[] {
  return globalKeys.flatMap((key) => useOf({ node, key, owner: key }, node[key]));
}

/** Servers written alike have one script: it is looked at for each, and found once. */
function serviceUses({ virtual_server: services }: Model): readonly ProgramUse[] {
  const uses: ProgramUse[] = [];
  for (const node of services) {
    for (const key of ['quorum_up', 'quorum_down'] as const) {
      uses.push(...useOf({ node, key, owner: key }, node[key]));
    }
    for (const server of node.real_server) {
      const owner = server.endpoint.address;
      for (const key of ['notify_up', 'notify_down'] as const) {
        if (server[key] !== undefined)
          uses.push(...useOf({ node: server, key, owner }, server[key]));
      }
      for (const check of server.MISC_CHECK) {
        for (const path of programOf(check.misc_path)) {
          uses.push({ path, user: check.user?.user, node: check, key: 'misc_path', owner });
        }
      }
    }
  }
  return uses;
}

function failoverUses(model: Model): readonly ProgramUse[] {
  const scripts = model.vrrp_script.flatMap((node) =>
    programOf(node.script).map((path) => ({
      path,
      user: node.user?.user,
      node,
      key: 'script',
      owner: `vrrp_script ${node.name}`,
    })),
  );
  const notified: readonly (VrrpInstance | SyncGroup)[] = [
    ...model.vrrp_sync_group,
    ...model.vrrp_instance,
  ];
  const notifications = notified.flatMap((node) =>
    notifyKeys.flatMap((key) => useOf({ node, key, owner: node.name }, node[key])),
  );
  return [...scripts, ...notifications];
}

/** Shell expressions name no program that could be looked at. */
function programOf(command: Command | undefined): readonly string[] {
  if (command?.kind !== 'program') return [];
  const [program] = command.argv;
  return program === undefined ? [] : [program];
}

/** What has to be looked at on the host before `checkHost`. */
export function hostQuestions(model: Model): HostQuestions {
  const uses = programUses(model);
  const named = [model.global_defs.script_user?.user, ...uses.map(({ user }) => user)];
  return {
    users: [...new Set(named.filter((user) => user !== undefined))],
    programs: [...new Set(uses.map(({ path }) => path))],
  };
}
