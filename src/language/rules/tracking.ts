/** Trackers exist, stand where they are understood, and have weights that can matter. */
import { renderDuration } from '../../base/units.ts';
import type { Places } from '../../config/places.ts';
import { nearest } from '../../config/spelling.ts';
import type { Model, SyncGroup, VrrpInstance } from '../model.ts';
import type { RuleContext } from './context.ts';
import { checkProbes } from './probes.ts';
import { checkWeights } from './weights.ts';

interface TrackerKind {
  readonly key: 'track_script' | 'track_file' | 'track_process' | 'track_bfd';
  readonly block: string;
  readonly defined: (model: Model) => readonly { readonly name: string }[];
}

const kinds: readonly TrackerKind[] = [
  {
    key: 'track_script',
    block: 'vrrp_script or vrrp_probe',
    defined: (model) => [...model.vrrp_script, ...model.vrrp_probe],
  },
  { key: 'track_file', block: 'track_file', defined: (model) => model.track_file },
  {
    key: 'track_process',
    block: 'vrrp_track_process',
    defined: (model) => model.vrrp_track_process,
  },
  { key: 'track_bfd', block: 'bfd_instance', defined: (model) => model.bfd_instance },
];

export function checkTracking(context: RuleContext): void {
  const { model } = context;
  const precedes = lazyOrder(context.places);
  for (const kind of kinds) {
    const definitions = new Map(kind.defined(model).map((node) => [node.name, node]));
    for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
      checkEntries(context, node, { kind, definitions, precedes });
    }
  }
  for (const node of model.vrrp_instance) {
    ownInterface(context, node);
    checkWeights(context, node);
  }
  checkScripts(context);
  checkProbes(context);
  for (const node of context.model.track_file) {
    if (node.file === undefined) nothing(context, node, 'file');
    const initial = node.init_file?.value ?? 0;
    if (Math.abs(initial) > 254) {
      context.report({
        code: 'track.value-without-effect',
        at: { node, key: 'init_file' },
        message: `${node.name} begins with ${initial}; more than 254 either way changes no priority further`,
      });
    }
  }
  for (const node of context.model.vrrp_track_process) {
    if (node.process === undefined) nothing(context, node, 'process');
  }
  for (const node of context.model.bfd_instance) {
    if (node.neighbor_ip === undefined) nothing(context, node, 'neighbor_ip');
  }
}

function nothing({ report }: RuleContext, node: { readonly name: string }, keyword: string): void {
  report({
    code: 'track.nothing-to-watch',
    absent: keyword,
    at: { node },
    message: `${node.name} has no ${keyword}; nothing is watched`,
  });
}

/** Whether a block was opened before another; asked for tracked blocks only, so counted when first asked. */
type Precedes = (one: object, other: object) => boolean;

function lazyOrder(places: Places): Precedes {
  let order: Map<object, number> | undefined;
  return (one, other) => {
    if (order === undefined) {
      order = new Map();
      for (const node of places.keys()) order.set(node, order.size);
    }
    return (order.get(one) ?? 0) < (order.get(other) ?? 0);
  };
}

interface Definitions {
  readonly kind: TrackerKind;
  readonly definitions: ReadonlyMap<string, object>;
  readonly precedes: Precedes;
}

function checkEntries(
  context: RuleContext,
  node: VrrpInstance | SyncGroup,
  known: Definitions,
): void {
  const { kind, definitions, precedes } = known;
  const seen = new Map<string, number>();
  for (const [index, { name }] of node[kind.key].entries()) {
    const at = { node, key: kind.key, index };
    const definition = definitions.get(name);
    const first = seen.get(name);
    if (definition === undefined) {
      const near = nearest(name, definitions.keys());
      context.report({
        code: 'track.unknown-name',
        at,
        message: `${node.name} tracks ${name}, and no ${kind.block} has that name; nothing is watched`,
        help: near === undefined ? `define ${kind.block} ${name}` : `did you mean ${near}?`,
      });
    } else if (first !== undefined) {
      context.report({
        code: 'track.repeated',
        at,
        message: `${node.name} tracks ${name} twice; the first entry counts`,
        related: [{ node, key: kind.key, index: first, label: 'first written here' }],
      });
    } else if (precedes(node, definition)) {
      context.report({
        code: 'track.used-before-definition',
        at,
        message: `${node.name} tracks ${name}, which is defined further down; it is understood`,
        related: [{ node: definition, label: 'defined here' }],
      });
    }
    seen.set(name, index);
  }
}

function ownInterface({ report }: RuleContext, node: VrrpInstance): void {
  for (const [index, { name }] of node.track_interface.entries()) {
    if (name !== node.interface) continue;
    report({
      code: 'track.own-interface',
      at: { node, key: 'track_interface', index },
      message: `${name} is the interface of ${node.name} itself and is watched anyway; the entry is ignored`,
      related: [{ node, key: 'interface', label: 'written here' }],
    });
  }
}

function checkScripts({ model, report }: RuleContext): void {
  const used = new Set<string>();
  for (const node of [...model.vrrp_sync_group, ...model.vrrp_instance]) {
    for (const { name } of node.track_script) used.add(name);
  }
  for (const node of model.vrrp_script) {
    if (node.script === undefined) {
      report({
        code: 'track.script-without-command',
        at: { node },
        message: `${node.name} has no script to run; nothing is watched`,
      });
    } else if (!used.has(node.name)) {
      report({ code: 'track.never-used', at: { node }, message: `nothing tracks ${node.name}` });
    } else if (node.timeout !== undefined && node.timeout > node.interval) {
      report({
        code: 'track.timeout-beyond-interval',
        at: { node, key: 'timeout' },
        message: `${node.name} may run ${renderDuration(node.timeout)} and is due every ${renderDuration(node.interval)}`,
      });
    }
  }
}
