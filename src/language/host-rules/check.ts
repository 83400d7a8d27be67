/** Whether a configuration fits a host: its interfaces, users and scripts. */
import type { Diagnostic } from '../../config/diagnostic.ts';
import { nearest } from '../../config/spelling.ts';
import type { Configuration } from '../load.ts';
import type { RuleContext, Spot } from '../rules/context.ts';
import { ruleContext } from '../rules/context.ts';
import type { HostFacts, ProgramUse } from './facts.ts';
import { programUses } from './facts.ts';

/** Errors among the result keep the daemon from starting on that host. */
export function checkHost(configuration: Configuration, facts: HostFacts): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const context = ruleContext(configuration.model, configuration.places, diagnostics);
  interfaces(context, facts);
  users(context, facts);
  for (const use of programUses(context.model)) program(context, facts, use);
  return diagnostics;
}

/** Names are reported once each, where they stand first. */
function interfaces(context: RuleContext, { links }: HostFacts): void {
  const { global_defs: global } = context.model;
  const seen = devicesToCome(context);
  for (const { name, spot } of interfaceUses(context)) {
    if (seen.has(name) || links.has(name)) continue;
    seen.add(name);
    const near = nearest(name, links.keys());
    const later = global.dynamic_interfaces !== undefined;
    context.report({
      code: later ? 'host.interface-comes-later' : 'host.interface-missing',
      at: spot,
      message: `this host has no interface ${name}${later ? ' yet' : ''}`,
      ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
    });
  }
  for (const node of context.model.vrrp_instance) {
    if (node.interface === undefined || links.get(node.interface)?.loopback !== true) continue;
    context.report({
      code: 'host.loopback',
      at: { node, key: 'interface' },
      message: `${node.name} runs on the loopback interface ${node.interface}`,
    });
  }
}

/** What use_vmac and use_ipvlan make, by the names that they are given or get. */
function devicesToCome({ model }: RuleContext): Set<string> {
  const { vmac_prefix: prefix } = model.global_defs;
  const names = model.vrrp_instance.flatMap((instance) => {
    const { use_vmac: vmac, use_ipvlan: ipvlan, virtual_router_id: id } = instance;
    if (vmac === undefined && ipvlan === undefined) return [];
    return vmac?.name ?? ipvlan?.name ?? [`${prefix}.${id}`, `${prefix}6.${id}`];
  });
  return new Set(names);
}

interface InterfaceUse {
  readonly name: string;
  readonly spot: Spot;
}

function* interfaceUses({ model }: RuleContext): Generator<InterfaceUse> {
  for (const node of model.vrrp_instance) {
    if (node.interface !== undefined)
      yield { name: node.interface, spot: { node, key: 'interface' } };
    for (const [index, { name }] of node.track_interface.entries()) {
      yield { name, spot: { node, key: 'track_interface', index } };
    }
    for (const key of ['virtual_ipaddress', 'virtual_ipaddress_excluded'] as const) {
      for (const [index, { dev }] of node[key].entries()) {
        if (dev !== undefined) yield { name: dev, spot: { node, key, index } };
      }
    }
  }
  for (const node of model.vrrp_sync_group) {
    for (const [index, { name }] of node.track_interface.entries()) {
      yield { name, spot: { node, key: 'track_interface', index } };
    }
  }
}

function users({ model, report }: RuleContext, facts: HostFacts): void {
  const { global_defs: node } = model;
  const name = node.script_user?.user;
  if (name === undefined || facts.users.has(name) || /^\d+$/.test(name)) return;
  report({
    code: 'host.user-missing',
    at: { node, key: 'script_user' },
    message: `this host has no user ${name}, so no script can run`,
  });
}

function program({ model, report }: RuleContext, facts: HostFacts, use: ProgramUse): void {
  const { node, key, path, owner } = use;
  const at = { node, key };
  if (use.user !== undefined && !facts.users.has(use.user) && !/^\d+$/.test(use.user)) {
    report({
      code: 'host.user-missing',
      at,
      message: `this host has no user ${use.user} to run ${path} of ${owner}`,
    });
  }
  const finding = facts.programs.get(path);
  if (finding === undefined || finding.kind === 'trusted') return;
  if (finding.kind === 'missing') {
    report({
      code: 'host.script-missing',
      at,
      message: `${path} of ${owner} is missing: ${finding.path} does not exist`,
    });
  } else if (finding.kind === 'not-executable') {
    report({
      code: 'host.script-not-executable',
      at,
      message: `${path} of ${owner} cannot be executed`,
      help: `chmod +x ${finding.path}`,
    });
  } else if (runsAsRoot(use.user ?? model.global_defs.script_user?.user)) {
    const refused = model.global_defs.enable_script_security ? '; it is not run' : '';
    report({
      code: 'host.script-writable',
      at,
      message: `${path} of ${owner} runs as root, and ${finding.path} can be changed by ${who(finding.by)}${refused}`,
      help:
        finding.by === 'owner'
          ? `chown root ${finding.path}`
          : `chmod ${finding.by === 'group' ? 'g' : 'o'}-w ${finding.path}`,
    });
  }
}

function runsAsRoot(user: string | undefined): boolean {
  return user === undefined || user === 'root' || user === '0';
}

function who(by: 'owner' | 'group' | 'others'): string {
  switch (by) {
    case 'owner':
      return 'its owner, who is not root';
    case 'group':
      return 'its group';
    case 'others':
      return 'everybody';
  }
}
