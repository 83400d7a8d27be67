/** What applies to an instance where its lines are silent or contradict each other. */
import type { Family } from '../base/address.ts';
import { familyOf } from '../base/address.ts';
import type { Duration } from '../base/units.ts';
import { centiseconds, seconds } from '../base/units.ts';
import type { GlobalDefs, VrrpInstance } from './model.ts';

/** The family of the first address, else of the addresses it talks to, else what `native_ipv6` says. */
export function familyOfInstance(instance: VrrpInstance): Family {
  const first =
    instance.virtual_ipaddress[0]?.address ??
    instance.unicast_peer[0]?.address ??
    instance.mcast_src_ip ??
    instance.mcast_dst_ip ??
    instance.virtual_ipaddress_excluded[0]?.address;
  if (first !== undefined) return familyOf(first);
  return instance.native_ipv6 ? 'ipv6' : 'ipv4';
}

export function isStrict(global: GlobalDefs, instance: VrrpInstance): boolean {
  return instance.strict_mode ?? global.vrrp_strict;
}

/** IPv6 without a word about the version is version 3; strict mode knows no other for it. */
export function versionOf(global: GlobalDefs, instance: VrrpInstance): 2 | 3 {
  const ipv6 = familyOfInstance(instance) === 'ipv6';
  if (ipv6 && isStrict(global, instance)) return 3;
  const written = instance.version ?? global.vrrp_version ?? (ipv6 ? 3 : 2);
  return written === 3 ? 3 : 2;
}

/** `state MASTER` without a priority owns the addresses, as keepalived has it. */
export function priorityOf(instance: VrrpInstance): number {
  return instance.priority ?? (instance.state === 'MASTER' ? 255 : 100);
}

/**
 * Whether it carries authentication headers (`auth_type AH`), which version 2 over IPv4 alone has. Without `global` what
 * is written around the instance does not count.
 */
export function usesHeader(instance: VrrpInstance, global?: GlobalDefs): boolean {
  const { authentication: written, auth_hmac: signing } = instance;
  if (written?.auth_type !== 'AH' || written.auth_pass === undefined || signing !== undefined) {
    return false;
  }
  if (familyOfInstance(instance) === 'ipv6') return false;
  if (global === undefined) return (instance.version ?? 2) === 2;
  return versionOf(global, instance) === 2 && !isStrict(global, instance);
}

/** `state MASTER`, which does not count for who must hear the sequence of another's headers first, unless he owns the addresses. */
export function wantsMaster(instance: VrrpInstance, global?: GlobalDefs): boolean {
  if (instance.state !== 'MASTER') return false;
  return priorityOf(instance) === 255 || !usesHeader(instance, global);
}

/** nopreempt gives way to `state MASTER` and to priority 255. */
export function preempts(instance: VrrpInstance, global?: GlobalDefs): boolean {
  return !instance.nopreempt || wantsMaster(instance, global) || priorityOf(instance) === 255;
}

/** Version 2 counts whole seconds, at least one; version 3 twelve bits of centiseconds. */
export function intervalOf(global: GlobalDefs, instance: VrrpInstance): Duration {
  const written = instance.advert_int ?? seconds(1);
  if (versionOf(global, instance) === 2) {
    return seconds(Math.max(1, Math.round(written / seconds(1))));
  }
  const longest = centiseconds(4095);
  if (written > longest) return longest;
  return centiseconds(Math.max(1, Math.round(written / centiseconds(1))));
}

/** Whether an instance can run at all; others are left out, and a rule says so. */
export function isUsable(instance: VrrpInstance): boolean {
  if (instance.virtual_router_id === undefined) return false;
  return instance.interface !== undefined || instance.unicast_peer.length > 0;
}
