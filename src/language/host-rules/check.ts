/** Whether a configuration fits a host: its interfaces, users and scripts. */
import type { Diagnostic } from '../../config/diagnostic.ts';
import { nearest } from '../../config/spelling.ts';
import type { Configuration } from '../load.ts';
import type { RuleContext } from '../rules/context.ts';
import { ruleContext } from '../rules/context.ts';
import type { HostFacts, ProgramUse } from './facts.ts';
import { programUses } from './facts.ts';
import { interfaceUses, lineUses } from './uses.ts';

/** Errors among the result keep the daemon from starting on that host. */
export function checkHost(configuration: Configuration, facts: HostFacts): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const context = ruleContext(configuration.model, configuration.places, diagnostics);
  interfaces(context, facts);
  sources(context, facts);
  names(context, facts);
  users(context, facts);
  for (const use of programUses(context.model)) program(context, facts, use);
  return diagnostics;
}

/** Names are reported once each, where they stand first. */
function interfaces(context: RuleContext, { links }: HostFacts): void {
  const { global_defs: global } = context.model;
  const seen = devicesToCome(context);
  for (const { name, spot } of interfaceUses(context.model)) {
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

/** Told once for an address: whoever copied a file did so for all instances. */
function sources({ model, report }: RuleContext, { addresses }: HostFacts): void {
  if (addresses === undefined) return;
  const seen = new Set<string>();
  for (const node of model.vrrp_instance) {
    const { mcast_src_ip: source } = node;
    if (source === undefined || addresses.has(source) || seen.has(source)) continue;
    seen.add(source);
    report({
      code: 'host.source-missing',
      at: { node, key: 'mcast_src_ip' },
      message: `this host does not have the address ${source}, which ${node.name} is to send from`,
    });
  }
}

function names({ model, report }: RuleContext, { unnamed }: HostFacts): void {
  if (unnamed.size === 0) return;
  for (const { what, line, spot } of lineUses(model)) {
    const why = unnamed.get(line);
    if (why === undefined) continue;
    report({ code: 'host.name-unknown', at: spot, message: `${why}; the ${what} is left out` });
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
