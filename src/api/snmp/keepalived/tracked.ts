/** What instances and groups track, and with which weight: ten tables of one shape. */
import type { TrackerWeight } from '../../../engine/model.ts';
import type { SnmpPicture } from '../picture.ts';
import { type Row, type TreePart, tableOf } from '../tables.ts';
import { integer, text, truth } from '../values.ts';
import { vrrp } from './roots.ts';

interface Holder {
  readonly trackedInterfaces: readonly (TrackerWeight & { readonly interface: string })[];
  readonly trackers: readonly (TrackerWeight & { readonly tracker: string })[];
}

interface Shape {
  /** Of instances and of groups. */
  readonly instances: number;
  readonly groups: number;
  readonly kind: 'interface' | 'script' | 'file' | 'bfd' | 'process';
}

const shapes: readonly Shape[] = [
  { kind: 'interface', instances: 4, groups: 14 },
  { kind: 'script', instances: 5, groups: 15 },
  { kind: 'file', instances: 12, groups: 16 },
  { kind: 'bfd', instances: 17, groups: 19 },
  { kind: 'process', instances: 20, groups: 22 },
];

export function tracked({ plan, instances }: SnmpPicture): readonly TreePart[] {
  return shapes.flatMap(({ kind, instances: ofInstances, groups }) => [
    part(
      ofInstances,
      kind,
      instances.map(({ model }) => model),
    ),
    part(groups, kind, plan.failover.groups),
  ]);
}

function part(number: number, kind: Shape['kind'], holders: readonly Holder[]): TreePart {
  const root = [...vrrp, number];
  return {
    root,
    objects: () =>
      tableOf(
        root,
        holders.flatMap((holder, at) => rowsOf(holder, kind, at + 1)),
      ),
  };
}

function rowsOf({ trackedInterfaces, trackers }: Holder, kind: Shape['kind'], at: number): Row[] {
  // Names of interfaces stand in the first column, which is the index of the others.
  const first = kind === 'interface' ? 1 : 2;
  const all =
    kind === 'interface'
      ? trackedInterfaces.map((one) => ({ ...one, name: one.interface }))
      : trackers
          .filter(({ tracker }) => tracker.startsWith(`${kind}:`))
          .map((one) => ({ ...one, name: one.tracker.slice(kind.length + 1) }));
  return all.map(({ name, weight, reverse }, number) => ({
    index: [at, number + 1],
    columns: { [first]: text(name), [first + 1]: integer(weight), [first + 2]: truth(reverse) },
  }));
}
