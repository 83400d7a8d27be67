/** A virtual address as keepalived writes it in its dumps. */
import { familyOf } from '../../base/address.ts';
import type { VirtualAddress } from '../../engine/model.ts';
import type { InstancePicture } from './picture.ts';

/** `192.0.2.1/24 dev eth0 scope global label eth0:1 set`; readers take the first word and the one after "dev". */
export function addressText(virtual: VirtualAddress, { model, now }: InstancePicture): string {
  const { address, prefix, scope, label, broadcast, peer, flags, preferred } = virtual;
  const link = virtual.interface ?? model.interface ?? '';
  const below = model.devices?.find(({ name }) => name === link)?.parent;
  const isIpv6 = familyOf(address) === 'ipv6';
  const length = prefix === (isIpv6 ? 128 : 32) ? '' : `/${prefix}`;
  const isSet = now.addresses.some(
    (one) => one.address === address && one.prefix === prefix && one.present,
  );
  const lifetime = isIpv6 ? [`preferred_lft ${preferred ?? 'forever'}`] : [];
  return [
    peer === undefined ? `${address}${length}` : `${address} peer ${peer}${length}`,
    ...(broadcast === undefined ? [] : [`brd ${broadcast}`]),
    `dev ${below === undefined ? link : `${link}@${below}`}`,
    `scope ${scope}`,
    ...(label === undefined ? [] : [`label ${label}`]),
    ...flags.filter((flag) => flag !== 'nodad'),
    ...(isIpv6 && !flags.includes('nodad') ? ['-nodad'] : []),
    ...lifetime,
    ...(virtual.track ? [] : ['no_track']),
    ...(isSet ? ['set'] : []),
  ].join(' ');
}
