/** Defaults of the instances. */
import { flag, scalar } from '../../../config/schema.ts';
import { integer, longestSeconds, secondsValue } from '../../../config/schema-number.ts';
import { address, boolean, optional, text } from '../../../config/schema-word.ts';
import { receivePolicy } from '../../values/receive-policy.ts';
import { globalGarp } from '../garp.ts';

export const protocol = {
  vrrp_version: scalar(integer({ min: 2, max: 3 }), {
    doc: 'Default of version.',
    example: '3',
    otherwise: '2; IPv6 instances use 3',
  }),
  vrrp_strict: scalar(boolean, {
    doc: 'Keeps all instances to the letter of the RFC.',
    example: 'true',
    fallback: false,
  }),
  vrrp_mcast_group4: scalar(address('ipv4'), {
    doc: 'Multicast group of IPv4 advertisements.',
    example: '224.0.0.18',
    otherwise: '224.0.0.18',
  }),
  vrrp_mcast_group6: scalar(address('ipv6'), {
    doc: 'Multicast group of IPv6 advertisements.',
    example: 'ff02::12',
    otherwise: 'ff02::12',
  }),
  ...globalGarp,
  vrrp_garp_interval: scalar(secondsValue(0.000001, longestSeconds), {
    doc: 'Least time between two gratuitous ARPs on one interface.',
    example: '0.001',
    otherwise: '0, none',
  }),
  vrrp_gna_interval: scalar(secondsValue(0.000001, longestSeconds), {
    doc: 'Least time between two unsolicited neighbour advertisements on one interface.',
    example: '0.001',
    otherwise: '0, none',
  }),
  vrrp_min_garp: scalar(boolean, {
    doc: 'Announces each address once, unless told otherwise by the other keywords.',
    example: 'true',
    fallback: false,
  }),
  vrrp_down_timer_adverts: scalar(integer({ min: 1, max: 100 }), {
    doc: 'Default of down_timer_adverts.',
    example: '3',
    fallback: 3,
  }),
  vrrp_lower_prio_no_advert: scalar(boolean, {
    doc: 'Default of lower_prio_no_advert.',
    example: 'true',
    otherwise: 'false; true in strict mode',
  }),
  vrrp_higher_prio_send_advert: scalar(boolean, {
    doc: 'Default of higher_prio_send_advert.',
    example: 'true',
    fallback: false,
  }),
  vrrp_owner_ignore_adverts: scalar(boolean, {
    doc: 'Default of owner_ignore_adverts.',
    example: 'true',
    otherwise: 'true with priority 255, else false',
  }),
  vrrp_check_unicast_src: flag({ doc: 'Default of check_unicast_src.' }),
  vrrp_skip_check_adv_addr: scalar(boolean, {
    doc: 'Default of skip_check_adv_addr.',
    example: 'true',
    fallback: false,
  }),
  v3_checksum_as_v2: scalar(boolean, {
    doc: 'Default of v3_checksum_as_v2 of the instances.',
    example: 'true',
    fallback: false,
    falseIgnored: 'keepalived switches it on whatever value stands after it',
  }),
  vrrp_startup_delay: scalar(secondsValue(0.001, longestSeconds), {
    doc: 'After start advertisements are neither sent nor heeded for so long.',
    example: '5.5',
    otherwise: '0, none',
  }),
  vrrp_delay_after_boot: scalar(secondsValue(0, longestSeconds), {
    doc: 'Advertisements are neither sent nor heeded until the host has been up for so long.',
    example: '60',
    otherwise: '0, none',
  }),
  log_unknown_vrids: flag({
    doc: 'Reports advertisements of virtual routers that are not configured.',
  }),
  vrrp_rx_bufs_policy: scalar(receivePolicy, {
    bare: 'ignored',
    doc: 'How large the receive buffers of VRRP are: by MTU, by advertisement, or so many bytes.',
    example: 'ADVERT',
    otherwise: 'what the kernel gives',
  }),
  vrrp_rx_bufs_multiplier: scalar(integer({ min: 1, max: 1_000_000 }), {
    bare: 'ignored',
    doc: 'How many packets a receive buffer of VRRP is to hold.',
    example: '4',
    fallback: 3,
  }),
  dynamic_interfaces: scalar(optional(text('allow_if_changes', 'allow_if_changes'), 'strict'), {
    doc: 'Accepts interfaces that do not exist yet; allow_if_changes also ones that come back changed.',
    example: 'allow_if_changes',
  }),
  default_interface: scalar(text('an interface', '<IF>'), {
    bare: 'ignored',
    doc: 'Interface of static addresses that name none.',
    example: 'eth1',
    fallback: 'eth0',
  }),
  disable_local_igmp: flag({
    doc: 'Sends no IGMP for local groups on virtual MAC interfaces.',
    reload: 'restart',
  }),
  vmac_prefix: scalar(text('a prefix', '<STRING>'), {
    doc: 'How the names of virtual MAC interfaces begin.',
    example: 'vmac',
    fallback: 'vrrp',
  }),
  vmac_addr_prefix: scalar(text('a prefix', '<STRING>'), {
    doc: 'How the names of virtual MAC interfaces of addresses begin.',
    example: 'vaddr',
    fallback: 'vrrp',
  }),
  address_lifetimes: scalar(boolean, {
    doc: 'Gives addresses a lifetime that the living daemon renews, so that a dead one loses them.',
    example: 'false',
    fallback: true,
    extension: true,
  }),
};
