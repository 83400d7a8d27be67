/** What an instance or a group tracks by name: entries of what exists, with the weights that count. */
import type { Model, SyncGroup, VrrpInstance } from '../../language/model.ts';
import type { TrackLine, Weight } from '../../language/values/track-line.ts';
import type { TrackedName } from '../model.ts';
import { bfdModels, tellsFailover } from './failover-bfd.ts';

type Holder = SyncGroup | VrrpInstance;

/** By the name in an entry: what the tracker is called, and the weight where the entry has none. */
type Defined = ReadonlyMap<string, { readonly tracker: string; readonly weight: Weight }>;

/** The trackers of every instance and group of one model, with the tables built once. */
export function trackersIn(model: Model): (holder: Holder) => TrackedName[] {
  const scripts = scriptsAndProbes(model);
  const files = defined(
    'file',
    model.track_file.filter(({ file }) => file !== undefined),
  );
  const processes = defined(
    'process',
    model.vrrp_track_process.filter(({ process }) => process !== undefined),
  );
  const sessions = new Set(bfdModels(model).map(({ name }) => name));
  const bfds = defined(
    'bfd',
    model.bfd_instance.filter((node) => sessions.has(node.name) && tellsFailover(node)),
  );
  return (holder) => [
    ...entriesOf(holder.track_script, scripts),
    ...entriesOf(holder.track_file, files),
    ...entriesOf(holder.track_process, processes),
    ...entriesOf(holder.track_bfd, bfds),
  ];
}

/** A script wins over a probe of the same name. */
function scriptsAndProbes(model: Model): Defined {
  return new Map([
    ...defined('probe', model.vrrp_probe.filter(asksAnything)),
    ...defined(
      'script',
      model.vrrp_script.filter(({ script }) => script !== undefined),
    ),
  ]);
}

function asksAnything(node: Model['vrrp_probe'][number]): boolean {
  const { ping, tcp, http, process } = node;
  return ping.length + tcp.length + http.length + process.length > 0;
}

function defined(
  kind: string,
  nodes: readonly { readonly name: string; readonly weight: Weight }[],
): Defined {
  return new Map(
    nodes.map(({ name, weight }) => [name, { tracker: `${kind}:${name}`, weight }] as const),
  );
}

/** The first entry of each name. */
function entriesOf(entries: readonly TrackLine[], known: Defined): TrackedName[] {
  const taken = new Set<string>();
  return entries.flatMap(({ name, weight: own }) => {
    const found = known.get(name);
    if (found === undefined || taken.has(name)) return [];
    taken.add(name);
    const { weight, reverse } = own ?? found.weight;
    return [{ tracker: found.tracker, weight, reverse }];
  });
}
