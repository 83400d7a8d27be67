/** What nftables does otherwise than IPVS with a service, for whoever reads the configuration. */
import type { Service } from '../../base/service.ts';
import { approximation } from './slots.ts';

/** Half sentences, each about one thing that is asked for; empty when all of it is done. */
export function shortfalls(service: Service): readonly string[] {
  const { scheduler, onePacket, persistence, servers } = service;
  const instead = approximation(scheduler);
  const found = instead === undefined ? [] : [`scheduler ${scheduler}: ${instead}`];
  if (onePacket && servers.some(({ forwarding }) => forwarding.kind === 'nat')) {
    found.push('ops: with NAT a client’s port keeps its server until it has been idle for a while');
  }
  if (persistence?.engine !== undefined) {
    found.push(`persistence_engine ${persistence.engine}: clients are told apart by address alone`);
  }
  if (servers.some(({ upper, lower }) => upper > 0 || lower > 0)) {
    found.push('uthreshold and lthreshold: nftables counts no connections, so nothing is withheld');
  }
  return found;
}
