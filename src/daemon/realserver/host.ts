/** The host that becomes a real server: looked at, and changed one step at a time. */
import { readFileSync } from 'node:fs';
import type { Address } from '../../base/address.ts';
import { LinuxKernel } from '../../linux/kernel/kernel.ts';
import { setLinkState } from '../../linux/kernel/link-state.ts';
import type { KernelOperation, KernelState, LinkIndex, PortError } from '../../ports.ts';
import { hostPrefix, type RealServerHost, type Step } from './steps.ts';
import type { UndoStep } from './undo.ts';

export interface ReachableHost extends RealServerHost {
  /** The error, or undefined. */
  readonly take: (step: Step | UndoStep) => PortError | undefined;
  readonly close: () => void;
}

export function openHost(held: ReadonlyMap<Address, string>): ReachableHost {
  const kernel = new LinuxKernel({ onReadable: () => kernel.changes() });
  const state = kernel.observe();
  return {
    links: state.links,
    addresses: state.addresses,
    setting: readSetting,
    held,
    take: (step) => {
      if (step.kind === 'kept') return undefined;
      const link = state.links.find(
        ({ name }) => step.kind !== 'setting' && name === step.interface,
      )?.index;
      if (step.kind === 'link-up' || step.kind === 'link-down') {
        return link === undefined ? undefined : setLinkState(link, step.kind === 'link-up');
      }
      const [result] = kernel.apply([operationFor(step, link ?? (0 as LinkIndex), state)]);
      return result?.done === false ? result.error : undefined;
    },
    close: () => kernel.close(),
  };
}

/** An address that is there is taken away, another is added. */
function operationFor(
  step: Extract<Step | UndoStep, { readonly kind: 'setting' | 'address' }>,
  link: LinkIndex,
  { addresses }: KernelState,
): KernelOperation {
  if (step.kind === 'setting') return { kind: 'set-sysctl', name: step.name, value: step.to };
  const { address } = step;
  const prefix = hostPrefix(address);
  const isThere = addresses.some((each) => each.address === address && each.link === link);
  if (isThere) return { kind: 'remove-address', link, address, prefix };
  return {
    kind: 'add-address',
    address: {
      ...{ link, address, prefix, scope: 'global', flags: ['nodad'] },
      ...{ label: undefined, broadcast: undefined, peer: undefined },
      ...{ lifetime: undefined, preferred: undefined },
    },
  };
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
