/** Operations of the kernel port as netlink requests, and which refusals mean that there was nothing to do. */
import { familyOf } from '../../base/address.ts';
import type { RoutePlace } from '../../base/route.ts';
import type { KernelOperation, LinkAddress, LinkIndex, PortError } from '../../ports.ts';
import { encodeLinkUp, encodeNewLink, RTM_NEWLINK } from '../../wire/link.ts';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/netlink.ts';
import { encodeRoute, RTM_DELROUTE, RTM_NEWROUTE } from '../../wire/route.ts';
import {
  type AddressMessage,
  encodeAddress,
  RTM_DELADDR,
  RTM_NEWADDR,
} from '../../wire/rtnetlink.ts';
import { encodeRule, RTM_DELRULE, RTM_NEWRULE } from '../../wire/rule.ts';
import { errnoOf } from '../ffi.ts';
import type { NetlinkRequest } from '../netlink-socket.ts';
import type { AddressPayloads } from './address-payloads.ts';

/** What takes more than one request, or none. */
export type Setting = Extract<
  KernelOperation,
  { readonly kind: 'set-sysctl' | 'set-firewall' | 'ask-carrier' | 'tell-link' }
>;
const settings: ReadonlySet<KernelOperation['kind']> = new Set<Setting['kind']>([
  'set-sysctl',
  'set-firewall',
  'ask-carrier',
  'tell-link',
]);
export function isSetting(operation: KernelOperation): operation is Setting {
  return settings.has(operation.kind);
}

export type NetlinkOperation = Exclude<KernelOperation, Setting | { readonly kind: 'remove-link' }>;

const EEXIST = errnoOf('EEXIST');
const EADDRNOTAVAIL = errnoOf('EADDRNOTAVAIL');
/** No such address; no such interface; an interface without that family. */
const ABSENT = new Set([EADDRNOTAVAIL, errnoOf('ENODEV'), errnoOf('ENXIO')]);
const ABSENT_ROUTE = new Set([errnoOf('ESRCH'), errnoOf('ENODEV')]);
const ABSENT_RULE = new Set([errnoOf('ENOENT'), errnoOf('ESRCH')]);

/** `ip route prepend`, `append` and `add`. */
const PLACES: Readonly<Record<RoutePlace, number>> = {
  first: NLM_F_CREATE,
  last: NLM_F_CREATE | NLM_F_APPEND,
  only: NLM_F_CREATE | NLM_F_EXCL,
};
/** On a removal: of whatever scope. */
const RT_SCOPE_NOWHERE = 255;

export function requestOf(
  operation: NetlinkOperation,
  payloads: Pick<AddressPayloads, 'of'>,
): NetlinkRequest {
  switch (operation.kind) {
    case 'add-address':
      return {
        type: RTM_NEWADDR,
        flags: NLM_F_CREATE | NLM_F_EXCL,
        payload: payloads.of(operation.address),
      };
    case 'renew-address':
      return {
        type: RTM_NEWADDR,
        flags: NLM_F_REPLACE,
        payload: payloads.of(operation.address),
      };
    case 'remove-address':
      return { type: RTM_DELADDR, flags: 0, payload: encodeAddress(bareAddress(operation)) };
    case 'add-route':
      return {
        type: RTM_NEWROUTE,
        flags: PLACES[operation.place],
        payload: encodeRoute(operation.route),
      };
    case 'remove-route': {
      const { route } = operation;
      // Whatever does not make it another route may have been changed by others.
      const bare = { ...route, scope: RT_SCOPE_NOWHERE, source: undefined, metrics: {} };
      return { type: RTM_DELROUTE, flags: 0, payload: encodeRoute(bare) };
    }
    case 'add-rule':
      return {
        type: RTM_NEWRULE,
        flags: NLM_F_CREATE | NLM_F_EXCL,
        payload: encodeRule(operation.rule),
      };
    case 'remove-rule':
      return { type: RTM_DELRULE, flags: 0, payload: encodeRule(operation.rule) };
    case 'add-link':
      return {
        type: RTM_NEWLINK,
        flags: NLM_F_CREATE | NLM_F_EXCL,
        payload: encodeNewLink(operation.link),
      };
    case 'set-link':
      return {
        type: RTM_NEWLINK,
        flags: 0,
        payload: encodeLinkUp(operation.index, operation.device),
      };
  }
}

/** Whether a refusal means that all is as it should be: `unsettled` when only a dump of the addresses can tell. */
export function verdictOf(
  operation: NetlinkOperation,
  error: PortError,
): 'done' | 'failed' | 'unsettled' {
  const { errno } = error;
  switch (operation.kind) {
    case 'add-address':
    case 'renew-address':
      return errno === EEXIST ? 'unsettled' : 'failed';
    case 'remove-address':
      if (errno === EADDRNOTAVAIL && familyOf(operation.address) === 'ipv4') return 'unsettled';
      return ABSENT.has(errno) ? 'done' : 'failed';
    case 'add-route':
      return errno === EEXIST && operation.place !== 'only' ? 'done' : 'failed';
    case 'remove-route':
      return ABSENT_ROUTE.has(errno) ? 'done' : 'failed';
    case 'add-rule':
      return errno === EEXIST ? 'done' : 'failed';
    case 'remove-rule':
      return ABSENT_RULE.has(errno) ? 'done' : 'failed';
    case 'add-link':
    case 'set-link':
      return 'failed';
  }
}

function bareAddress(address: Pick<LinkAddress, 'link' | 'address' | 'prefix'>): AddressMessage {
  return {
    link: address.link,
    address: address.address,
    prefix: address.prefix,
    scope: 0,
    flags: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    lifetime: undefined,
    protocol: 0,
  };
}

export function withIndex(
  message: AddressMessage,
): Pick<LinkAddress, 'link' | 'address' | 'prefix'> {
  return { link: message.link as LinkIndex, address: message.address, prefix: message.prefix };
}
