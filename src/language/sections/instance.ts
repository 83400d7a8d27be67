/** A virtual router: what makes it one, where it runs, and how it is elected. */
import { flag, labelled, lines, one, scalar } from '../../config/schema.ts';
import { integer, secondsValue } from '../../config/schema-number.ts';
import {
  address,
  boolean,
  choice,
  interfaceName,
  optional,
  text,
} from '../../config/schema-word.ts';
import { addressLine } from '../values/address-line.ts';
import { routeLine } from '../values/route-line.ts';
import { ruleLine } from '../values/rule-line.ts';
import { unicastPeerLine } from '../values/unicast-peer-line.ts';
import { ipVlan, virtualMac } from '../values/vmac.ts';
import { authentication, signing } from './authentication.ts';
import { instanceGarp } from './garp.ts';
import { instanceNotify } from './notify.ts';
import { tracking } from './tracking.ts';

const election = {
  state: scalar(
    choice(['MASTER', 'BACKUP'], { exactCase: true, instead: 'BACKUP', otherwise: 'takes BACKUP' }),
    {
      doc: 'Where the instance wants to begin.',
      example: 'BACKUP',
      fallback: 'BACKUP',
    },
  ),
  priority: scalar(integer({ min: 1, max: 255, instead: 100, exact: true }), {
    doc: 'The highest live priority becomes master; 255 owns the addresses.',
    example: '150',
    otherwise: '100, or 255 with state MASTER',
  }),
  advert_int: scalar(secondsValue(0.01, 255, { exact: true }), {
    doc: 'Time between advertisements; whole seconds in version 2, below 40.96 in version 3.',
    example: '0.5',
    otherwise: '1 second',
  }),
  version: scalar(integer({ min: 2, max: 3 }), {
    doc: 'Version of VRRP that is spoken.',
    example: '3',
    reload: 'restart',
    otherwise: 'vrrp_version; 3 for IPv6',
  }),
  preempt: flag({
    doc: 'Takes over from a master of lower priority; so by default.',
    undoes: 'nopreempt',
  }),
  nopreempt: flag({
    doc: 'Stays backup while a master of lower priority lives.',
    undoes: 'preempt',
  }),
  preempt_delay: scalar(secondsValue(0, 1000), {
    doc: 'Waits so long before taking over from a master of lower priority.',
    example: '60',
  }),
  down_timer_adverts: scalar(integer({ min: 1, max: 100 }), {
    doc: 'Advertisements that may be missed before the master counts as down.',
    example: '3',
    otherwise: 'vrrp_down_timer_adverts',
  }),
  timer_expired_backup: scalar(optional(integer({ min: 1, max: 254 }), 254), {
    doc: 'Yields when its own timer fired too late; the number is the highest priority of the others.',
    example: '150',
    aliases: { thread_timer_expired: {} },
  }),
  lower_prio_no_advert: scalar(boolean, {
    doc: 'Does not answer an advertisement of lower priority.',
    example: 'true',
    otherwise: 'vrrp_lower_prio_no_advert',
  }),
  higher_prio_send_advert: scalar(boolean, {
    doc: 'Sends one more advertisement before yielding to a higher priority.',
    example: 'true',
    otherwise: 'vrrp_higher_prio_send_advert',
  }),
  owner_ignore_adverts: scalar(boolean, {
    doc: 'The owner of the addresses discards advertisements of others.',
    example: 'true',
    otherwise: 'vrrp_owner_ignore_adverts',
  }),
  strict_mode: scalar(boolean, {
    doc: 'Keeps the instance to the letter of the RFC.',
    example: 'true',
    otherwise: 'vrrp_strict',
  }),
  skip_check_adv_addr: scalar(boolean, {
    doc: 'Does not compare the addresses of every further advertisement of the same master.',
    example: 'true',
    otherwise: 'vrrp_skip_check_adv_addr',
    falseIgnored: 'keepalived sets the flag whatever value stands after it',
  }),
};

const link = {
  interface: scalar(interfaceName, {
    doc: 'The interface VRRP runs on; may be left out only with unicast peers.',
    example: 'eth0',
    reload: 'restart',
  }),
  virtual_router_id: scalar(integer({ min: 1, max: 255 }), {
    doc: 'Identifies the virtual router on its link; all its routers share it.',
    example: '51',
    reload: 'restart',
  }),
  vrf: scalar(text('a VRF', '<VRF>'), {
    doc: 'The VRF of a unicast instance without interface.',
    example: 'red',
    reload: 'restart',
  }),
  native_ipv6: flag({
    doc: 'Makes it an IPv6 instance where no address says so; the family of its first address counts.',
  }),
  mcast_src_ip: scalar(address(), {
    doc: 'Source address of advertisements.',
    example: '192.0.2.10',
    otherwise: 'the first address of the interface',
    aliases: { unicast_src_ip: {} },
  }),
  mcast_dst_ip: scalar(address(), {
    doc: 'Multicast group that advertisements are sent to.',
    example: '224.0.0.18',
    otherwise: 'vrrp_mcast_group4 or vrrp_mcast_group6',
    reload: 'restart',
  }),
  track_src_ip: flag({ doc: 'Goes to fault while the configured source address is missing.' }),
  dont_track_primary: flag({ doc: 'Does not care whether its own interface is up.' }),
  unicast_peer: lines(unicastPeerLine, {
    doc: 'The routers that advertisements are sent to one by one instead of by multicast.',
    example: '{\n    192.0.2.11\n}',
  }),
  unicast_ttl: scalar(integer({ min: 0, max: 255, exact: true }), {
    doc: 'TTL or hop limit of unicast advertisements.',
    example: '64',
    fallback: 255,
  }),
  unicast_fault_no_peer: flag({
    doc: 'Without peers a unicast instance is in fault instead of using multicast.',
  }),
  check_unicast_src: flag({ doc: 'Drops advertisements whose sender is no peer.' }),
  old_unicast_checksum: scalar(optional(choice(['never']), 'always'), {
    doc: 'Unicast checksum of version 3 as keepalived up to 1.3.6 made it; never switches its detection off.',
    example: 'never',
  }),
  v3_checksum_as_v2: scalar(boolean, {
    doc: 'Leaves the pseudo header out of the IPv4 checksum of version 3.',
    example: 'true',
    otherwise: 'v3_checksum_as_v2 of global_defs',
  }),
  kernel_rx_buf_size: scalar(integer({ min: 1, max: 4_294_967_295, unit: 'bytes' }), {
    bare: 'ignored',
    doc: 'Receive buffer of the socket of this instance.',
    example: '65536',
    otherwise: 'vrrp_rx_bufs_policy',
  }),
  use_vmac: scalar(virtualMac, {
    doc: 'Runs VRRP on an interface with the virtual MAC address of the RFC.',
    example: 'vrrp.51',
    reload: 'restart',
  }),
  use_vmac_addr: flag({
    doc: 'Gives addresses on other interfaces virtual MAC interfaces too.',
  }),
  vmac_xmit_base: flag({
    doc: 'Sends advertisements from the interface below the virtual MAC one.',
  }),
  use_ipvlan: scalar(ipVlan, {
    doc: 'Runs VRRP on an ipvlan interface.',
    example: 'ipvl51 192.0.2.10',
    reload: 'restart',
  }),
  linkbeat_use_polling: flag({
    doc: 'Polls the link of the interface.',
    retired: 'write the interface into linkbeat_interfaces',
  }),
  lvs_sync_daemon_interface: scalar(interfaceName, {
    doc: 'Runs the connection synchronisation of IPVS on this interface.',
    example: 'eth1',
    retired: 'write lvs_sync_daemon in global_defs',
    repeat: 'first',
  }),
  debug: scalar(optional(integer({ min: 0, max: 4 }), 0), {
    doc: 'Level of detail.',
    example: '2',
    effect: 'none',
    reason: 'keepalived reads it and does nothing with it either',
  }),
};

const held = {
  virtual_ipaddress: lines(addressLine, {
    doc: 'The addresses that the master holds and advertises.',
    example: '{\n    192.0.2.1/24 dev eth0\n}',
  }),
  virtual_ipaddress_excluded: lines(addressLine, {
    doc: 'Addresses that the master holds and does not advertise; may be of the other family.',
    example: '{\n    2001:db8::1/64\n}',
  }),
  no_virtual_ipaddress: flag({ doc: 'It is meant to hold no address.' }),
  virtual_routes: lines(routeLine, {
    doc: 'Routes that are there while it is master.',
    example: '{\n    192.0.2.128/25 via 192.0.2.2 dev eth1\n}',
  }),
  virtual_rules: lines(ruleLine, {
    doc: 'Policy rules that are there while it is master.',
    example: '{\n    from 192.0.2.0/24 table 51 preference 100\n}',
  }),
  promote_secondaries: flag({
    doc: 'Keeps other addresses of a network when its first one is removed from the interface.',
  }),
  accept: flag({ doc: 'Takes traffic for its addresses; so by default.', undoes: 'no_accept' }),
  no_accept: flag({
    doc: 'Drops traffic for its addresses.',
    undoes: 'accept',
  }),
};

export const vrrpInstance = labelled('name', text('the name of the instance', '<NAME>'), {
  ...election,
  ...link,
  ...held,
  ...tracking,
  ...instanceNotify,
  ...instanceGarp,
  authentication: one(authentication, {
    doc: 'Password of version 2.',
    example: '',
  }),
  auth_hmac: one(signing, {
    doc: 'Signs every advertisement with HMAC-SHA256, and believes signed ones alone.',
    example: '',
  }),
});
