/** What somebody changes in an instance while it runs, without another configuration: until the next reload. */
import type { FailoverModel, InstanceModel } from '../../engine/model.ts';

export interface InstanceOrder {
  readonly instance: string;
  readonly setting:
    | { readonly kind: 'priority'; readonly priority: number }
    | { readonly kind: 'preempt'; readonly preempt: boolean };
}

/** Who owns the addresses: more than its priority follows from that, so it is for the configuration to say. */
const owner = 255;

/** undefined where there is no such instance, or nothing of the kind can be changed in it. */
export function adjusted(
  model: FailoverModel,
  { instance, setting }: InstanceOrder,
): FailoverModel | undefined {
  const found = model.instances.find(({ name }) => name === instance);
  if (found === undefined || !isPossible(found, setting)) return undefined;
  const { kind, ...changed } = setting;
  const instances = model.instances.map((one) => (one === found ? { ...one, ...changed } : one));
  return { ...model, instances };
}

export function isPossible(
  { priority }: Pick<InstanceModel, 'priority'>,
  setting: InstanceOrder['setting'],
): boolean {
  if (setting.kind === 'preempt') return true;
  const wanted = setting.priority;
  if (wanted === priority) return true;
  return wanted >= 1 && wanted < owner && priority !== owner;
}

/** `VI_1 has priority 77 now`. */
export function adjustmentText({ instance, setting }: InstanceOrder): string {
  const what =
    setting.kind === 'priority'
      ? `has priority ${setting.priority} now`
      : setting.preempt
        ? 'preempts now'
        : 'does not preempt any more';
  return `${instance} ${what}, as an operator ordered: until the next reload`;
}
