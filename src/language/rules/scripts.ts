/** Scripts and whoever could change them; and whether anything runs at all. */
import type { Model } from '../model.ts';
import type { RuleContext, Spot } from './context.ts';

export function checkScriptSecurity({ model, report }: RuleContext): void {
  const { global_defs: global } = model;
  const user = global.script_user?.user;
  if (global.enable_script_security || (user !== undefined && user !== 'root' && user !== '0'))
    return;
  const first = firstRootScript(model, user !== undefined);
  if (first === undefined) return;
  report({
    code: 'script.security-off',
    at: first,
    message:
      user === undefined
        ? 'scripts run as keepalived_script where that user exists, else as root, and nobody looks who can change them'
        : 'scripts run as root, and nobody looks who can change them',
  });
}

const notifyKeys = [
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify',
] as const;

/** The first script that names no other user. */
function firstRootScript(model: Model, rootNamed: boolean): Spot | undefined {
  const runsAsRoot = (user: string | undefined): boolean =>
    user === undefined || user === 'root' || (user === '0' && rootNamed);
  for (const node of model.vrrp_script) {
    if (node.script !== undefined && runsAsRoot(node.user?.user)) return { node, key: 'script' };
  }
  for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
    for (const key of notifyKeys) {
      const script = node[key];
      if (script !== undefined && runsAsRoot(script.user)) return { node, key };
    }
  }
  return undefined;
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
