/** What nftables does otherwise than IPVS with a service, for whoever reads the configuration. */
import type { ServerSettings, ServiceSettings } from '../../base/service.ts';
import { approximation } from './slots.ts';

export interface Shortfall {
  /** What asks for it in a configuration. */
  readonly keyword: 'lb_algo' | 'ops' | 'persistence_engine' | 'uthreshold';
  /** Half a sentence that begins with what was asked for. */
  readonly text: string;
}

/** As far as it matters here. */
export interface AskedService extends Pick<ServiceSettings, 'scheduler' | 'onePacket'> {
  readonly persistence: Pick<NonNullable<ServiceSettings['persistence']>, 'engine'> | undefined;
  readonly servers: readonly Pick<ServerSettings, 'forwarding' | 'upper' | 'lower'>[];
}

/** One for each thing that is done otherwise; empty when all of it is done. */
export function shortfalls(service: AskedService): readonly Shortfall[] {
  const { scheduler, onePacket, persistence, servers } = service;
  const found: Shortfall[] = [];
  const instead = approximation(scheduler);
  if (instead !== undefined) {
    found.push({ keyword: 'lb_algo', text: `scheduler ${scheduler}: ${instead}` });
  }
  if (onePacket && servers.some(({ forwarding }) => forwarding.kind === 'nat')) {
    const text =
      'ops: with NAT a client’s port keeps its server until it has been idle for a while';
    found.push({ keyword: 'ops', text });
  }
  if (persistence?.engine !== undefined) {
    const text = `persistence_engine ${persistence.engine}: clients are told apart by address alone`;
    found.push({ keyword: 'persistence_engine', text });
  }
  if (servers.some(({ upper, lower }) => upper > 0 || lower > 0)) {
    const text =
      'uthreshold and lthreshold: nftables counts no connections, so nothing is withheld';
    found.push({ keyword: 'uthreshold', text });
  }
  return found;
}
