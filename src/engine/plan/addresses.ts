/** Which addresses appear, vanish, move or change hands, and on which interface. */
import { allAddresses, isSameAddress } from '../addresses/desired.ts';
import type { FailoverModel, InstanceModel, VirtualAddress } from '../model.ts';
import type { AddressStep, InstanceStep } from './plan.ts';

interface Held {
  readonly virtual: VirtualAddress;
  readonly interface: string;
  readonly instance: string;
}

export function planAddresses(
  before: FailoverModel,
  after: FailoverModel,
  instances: readonly InstanceStep[],
): readonly AddressStep[] {
  const steps = new Map(instances.map((step) => [step.name, step]));
  const kept = after.instances.filter(({ name }) => steps.get(name)?.kind === 'keep');
  const keptNames = new Set(kept.map(({ name }) => name));
  // Of those that are kept, names and addresses are the same on both sides.
  const had = heldBy(before.instances.filter(({ name }) => !keptNames.has(name)));
  const has = heldBy(after.instances.filter(({ name }) => !keptNames.has(name)));
  if (had.size + has.size === 0) return [];
  const left = Map.groupBy(
    [...had].filter(([key]) => !has.has(key)).map(([, held]) => held),
    ({ virtual }) => virtual.address,
  );
  const found: AddressStep[] = [];
  for (const [key, held] of has) {
    const old = had.get(key);
    if (old !== undefined) {
      const kind = sameKey(old, held, steps.get(held.instance));
      if (kind !== undefined) found.push(stepOf(kind, held, old));
      continue;
    }
    const from = left.get(held.virtual.address)?.shift();
    found.push(stepOf(from === undefined ? 'appear' : 'move', held, from));
  }
  for (const held of [...left.values()].flat()) found.push(stepOf('vanish', held, undefined));
  const others = heldBy(kept);
  return found.filter((step) => !others.has(keyOf(step.interface, step)));
}

function keyOf(name: string, { address, prefix }: Pick<VirtualAddress, 'address' | 'prefix'>) {
  return `${name} ${address}/${prefix}`;
}

/** An address that two instances name belongs to the first. */
function heldBy(instances: readonly InstanceModel[]): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const model of instances) {
    for (const virtual of allAddresses(model)) {
      const name = virtual.interface ?? model.interface ?? '';
      const key = keyOf(name, virtual);
      if (!held.has(key)) held.set(key, { virtual, interface: name, instance: model.name });
    }
  }
  return held;
}

/** What happens to an address that stays where it is; undefined where nothing does. */
function sameKey(
  old: Held,
  held: Held,
  step: InstanceStep | undefined,
): AddressStep['kind'] | undefined {
  const former = step?.kind === 'add' ? undefined : (step?.formerName ?? step?.name);
  if (old.instance !== former) return step?.kind === 'add' ? 'interrupt' : 'hand-over';
  if (step?.kind === 'restart') return 'interrupt';
  return isSameAddress(old.virtual, held.virtual) ? undefined : 'replace';
}

function stepOf(kind: AddressStep['kind'], held: Held, old: Held | undefined): AddressStep {
  const { virtual, interface: name, instance } = held;
  return {
    kind,
    address: virtual.address,
    prefix: virtual.prefix,
    interface: name,
    instance,
    from:
      old === undefined
        ? undefined
        : { interface: old.interface, prefix: old.virtual.prefix, instance: old.instance },
  };
}
