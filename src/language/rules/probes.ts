/** Probes ask something, are tracked, and share their names with no script. */
import type { RuleContext } from './context.ts';

export function checkProbes({ model, report }: RuleContext): void {
  const used = new Set<string>();
  for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
    for (const { name } of node.track_script) used.add(name);
  }
  for (const node of model.vrrp_probe) {
    const script = model.vrrp_script.find(({ name }) => name === node.name);
    const targets =
      node.ping.flat().length + node.tcp.length + node.http.length + node.process.length;
    if (script !== undefined) {
      report({
        code: 'track.script-and-probe',
        at: { node },
        message: `${node.name} names a script and a probe; entries mean the script`,
        related: [{ node: script, label: 'the script' }],
      });
    } else if (targets === 0) {
      report({
        code: 'track.probe-without-target',
        at: { node },
        message: `${node.name} asks nothing; nothing is watched`,
        help: 'write ping, tcp, http or process',
      });
    } else if (node.quorum !== undefined && node.quorum > targets) {
      report({
        code: 'track.probe-quorum-too-high',
        at: { node, key: 'quorum' },
        message: `${node.name} needs ${node.quorum} answers and asks for ${targets}: it is always down`,
      });
    } else if (!used.has(node.name)) {
      report({ code: 'track.never-used', at: { node }, message: `nothing tracks ${node.name}` });
    }
  }
}
