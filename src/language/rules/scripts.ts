/** Scripts and whoever could change them; and whether anything runs at all. */
import { statementOf } from '../../config/places.ts';
import type { Model } from '../model.ts';
import type { ScriptCommand } from '../values/script-command.ts';
import type { RuleContext, Spot } from './context.ts';
import { ordinaryServices } from './ordinary.ts';

export function checkScriptSecurity(context: RuleContext): void {
  const { model, report } = context;
  const { global_defs: global } = model;
  const user = global.script_user?.user;
  if (global.enable_script_security) return;
  if (user !== undefined && user !== 'root' && user !== '0') {
    userBelow(context, user);
    return;
  }
  const first = firstRootScript(model, user !== undefined);
  if (first === undefined) return;
  report({
    code: 'script.security-off',
    at: first,
    message:
      user === undefined
        ? 'scripts run as root unless there is a user keepalived_script, whoever can change them'
        : 'scripts run as root, whoever can change them',
  });
}

/** keepalived decides about the user of a script while it reads the script. */
function userBelow({ model, places, report }: RuleContext, user: string): void {
  const { global_defs: node } = model;
  const named = statementOf(places, node, 'script_user')?.span;
  for (const { spot, user: own } of scriptsOf(model)) {
    const span = statementOf(places, spot.node, spot.key ?? '')?.span;
    if (own !== undefined || named === undefined || span === undefined) continue;
    if (span.source !== named.source || span.start > named.start) continue;
    report({
      code: 'script.user-below',
      at: spot,
      message: `script_user ${user} stands below this script and counts for it all the same`,
      related: [{ node, key: 'script_user', label: 'written here' }],
    });
    return;
  }
}

const notifyKeys = [
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify',
] as const;

const fifoKeys = [
  'notify_fifo_script',
  'vrrp_notify_fifo_script',
  'lvs_notify_fifo_script',
] as const;

/** The first script that names no other user. */
function firstRootScript(model: Model, rootNamed: boolean): Spot | undefined {
  const runsAsRoot = (user: string | undefined): boolean =>
    user === undefined || user === 'root' || (user === '0' && rootNamed);
  for (const { spot, user } of scriptsOf(model)) if (runsAsRoot(user)) return spot;
  return undefined;
}

interface ScriptUse {
  readonly spot: Spot;
  readonly user: string | undefined;
}

/** Every script that the model runs, in the order of its blocks. */
function scriptsOf(model: Model): readonly ScriptUse[] {
  const uses: ScriptUse[] = [];
  const add = (node: object, key: string, script: ScriptCommand | undefined): void => {
    if (script !== undefined) uses.push({ spot: { node, key }, user: script.user });
  };
  for (const key of fifoKeys) add(model.global_defs, key, model.global_defs[key]);
  for (const node of model.vrrp_script) {
    if (node.script === undefined) continue;
    uses.push({ spot: { node, key: 'script' }, user: node.user?.user });
  }
  for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
    for (const key of notifyKeys) add(node, key, node[key]);
  }
  const ordinary = ordinaryServices(model);
  for (const node of model.virtual_server) {
    if (node.quorum_up !== undefined) add(node, 'quorum_up', node.quorum_up);
    if (node.quorum_down !== undefined) add(node, 'quorum_down', node.quorum_down);
    if (ordinary.has(node)) continue;
    for (const server of node.real_server) {
      const { notify_up: up, notify_down: down } = server;
      if (up !== undefined) add(server, 'notify_up', up);
      if (down !== undefined) add(server, 'notify_down', down);
      if (server.MISC_CHECK.length === 0) continue;
      for (const check of server.MISC_CHECK) {
        if (check.misc_path === undefined) continue;
        uses.push({ spot: { node: check, key: 'misc_path' }, user: check.user?.user });
      }
    }
  }
  return uses;
}

export function checkAnythingRuns({ model, report }: RuleContext): void {
  if (
    model.vrrp_instance.length > 0 ||
    model.virtual_server.length > 0 ||
    model.bfd_instance.length > 0
  )
    return;
  report({
    code: 'language.nothing-to-run',
    at: undefined,
    message: 'nothing in this configuration runs: no vrrp_instance and no virtual_server',
  });
}
