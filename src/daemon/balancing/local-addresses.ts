/** The addresses of this host, for services that are checked only where theirs is (`ha_suspend`). */
import type { Address } from '../../base/address.ts';
import { LinuxKernel } from '../../linux/kernel/kernel.ts';

export interface LocalAddresses {
  close(): void;
}

/** Tells all of them now and after each change. */
export function watchLocalAddresses(tell: (present: readonly Address[]) => void): LocalAddresses {
  const look = (): void => {
    const { addresses } = kernel.observe();
    tell([...new Set(addresses.map(({ address }) => address))]);
  };
  const kernel = new LinuxKernel({
    onReadable: () => {
      const changes = kernel.changes();
      if (changes.some(({ kind }) => kind !== 'link' && kind !== 'link-gone')) look();
    },
    isRehearsal: false,
  });
  look();
  return { close: () => kernel.close() };
}
