/**
 * What a check against a host needs to know of it, and the answers, as plain values: whoever can look at the host
 * answers the questions, the rules stay pure.
 */
import type { Model, SyncGroup, VrrpInstance } from '../model.ts';
import type { Command } from '../values/script-command.ts';

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

export function programUses(model: Model): readonly ProgramUse[] {
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
    notifyKeys.flatMap((key) =>
      programOf(node[key]?.command).map((path) => ({
        path,
        user: node[key]?.user,
        node,
        key,
        owner: node.name,
      })),
    ),
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
