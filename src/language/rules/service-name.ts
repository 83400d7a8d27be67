/** A service as its header has it. */
import type { VirtualServer } from '../model.ts';

export function nameOf({ service }: VirtualServer): string {
  switch (service.kind) {
    case 'address':
      return `${service.address} ${service.port ?? ''}`.trim();
    case 'fwmark':
      return `fwmark ${service.mark}`;
    case 'group':
      return `group ${service.name}`;
  }
}
