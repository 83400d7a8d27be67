/** What the MIBs of the two RFCs have in common: who is served, states, and counters of refused datagrams. */
import { type Address, compareAddresses } from '../../../base/address.ts';
import { between } from '../../../base/units.ts';
import type { RejectReason } from '../../../engine/report.ts';
import type { InstancePicture } from '../../dumps/picture.ts';
import type { SnmpPicture } from '../picture.ts';

/** An instance at fault is not in any state of the RFC's but the first. */
export const rfcState = { init: 1, fault: 1, backup: 2, master: 3 } as const;

/** Of a master it is its own address; of others whoever was heard last. */
export function masterAddress({ now }: InstancePicture): Address | undefined {
  if (now.state === 'master') return now.source;
  return now.state === 'backup' ? now.master?.address : undefined;
}

/** Microseconds since it left initialisation, as far back as its history goes; 0 while it is there. */
export function upTime({ model, now }: InstancePicture, { status }: SnmpPicture): number {
  if (rfcState[now.state] === 1) return 0;
  const entries = status.histories[model.name]?.entries ?? [];
  const begun = entries.findLast(({ from }) => from === 'init' || from === 'fault') ?? entries[0];
  return between(begun?.at ?? now.since, status.now);
}

export function advertised({ model }: InstancePicture): readonly Address[] {
  return model.addresses.map(({ address }) => address).toSorted(compareAddresses);
}

/** Of all instances, and of datagrams that belonged to none. */
export function refused({ status, instances }: SnmpPicture, reason: RejectReason): number {
  return instances.reduce(
    (sum, { statistics }) => sum + (statistics.rejected[reason] ?? 0),
    status.snapshot?.rejected[reason] ?? 0,
  );
}
