/** Real servers as the file has them, before the corrections that the balancer makes. Pure. */
import type { Address } from '../../base/address.ts';
import type { Model } from '../../language/model.ts';

export interface WrittenServer {
  readonly service: string;
  readonly servicePort: number | undefined;
  readonly address: Address;
  readonly port: number | undefined;
  readonly method: 'NAT' | 'DR' | 'TUN';
}

/** Of services by address; a mark or a group has many ports. */
export function writtenServers(model: Model): readonly WrittenServer[] {
  return model.virtual_server.flatMap((virtual) => {
    const { service } = virtual;
    if (service.kind !== 'address') return [];
    return virtual.real_server.map(({ endpoint, lvs_method: own }) => ({
      service: `${service.address} ${service.port ?? 0}`,
      servicePort: service.port,
      ...endpoint,
      method: (own ?? virtual.lb_kind)?.kind ?? 'NAT',
    }));
  });
}
