/** How traffic for addresses that are not accepted is dropped. */
import { flag, scalar } from '../../../config/schema.ts';
import { integer } from '../../../config/schema-number.ts';
import { optionalText } from '../../../config/schema-word.ts';
import { nameList } from '../../values/name-list.ts';

const unmarked = {
  effect: 'none',
  reason:
    'each address of a group is a service of its own, as keepalived has it without this line; where a client is to have one server behind all of them, mark them yourself (nft add rule ip TABLE CHAIN ip daddr 192.0.2.1 tcp dport { 80, 443 } meta mark set 1000) and write virtual_server fwmark 1000',
} as const;
const hookPriority = integer({ min: -2_147_483_648, max: 2_147_483_647 });

export const firewall = {
  vrrp_iptables: scalar(nameList('[<INCHAIN> [<OUTCHAIN>]]', 2), {
    doc: 'Drops with iptables, in these chains. Holdfast drops with nftables, which works beside iptables, and needs no chains of others.',
    example: 'INPUT OUTPUT',
  }),
  vrrp_ipsets: scalar(nameList('[<V4> [<V6> [<V6IF> [<IGMP> [<MLD> [<VMACND>]]]]]]', 6), {
    doc: 'Names of the ipsets used with iptables. Holdfast drops with nftables, whose sets have names of their own.',
    example: 'held4 held6',
  }),
  nftables: scalar(optionalText('<TABLE>'), {
    doc: 'Drops traffic for addresses with no_accept in this table of nftables; without a name, and without this line, in keepalived.',
    example: 'holdfast',
    reload: 'restart',
  }),
  nftables_priority: scalar(hookPriority, {
    doc: 'Priority of the nftables chains.',
    example: '-10',
    fallback: -1,
  }),
  nftables_ifindex: flag({
    doc: 'Uses numbers of interfaces instead of names; Holdfast always uses names, which outlive the interface.',
  }),
  nftables_counters: flag({ doc: 'Counts packets in the nftables rules.' }),
  nftables_ipvs: scalar(optionalText('<TABLE>'), {
    doc: 'Marks packets of service groups with nftables, so that one service serves a group.',
    example: 'holdfast_ipvs',
    ...unmarked,
  }),
  nftables_ipvs_priority: scalar(hookPriority, {
    doc: 'Priority of the nftables chain that marks.',
    example: '-10',
    fallback: -1,
    ...unmarked,
  }),
  nftables_ipvs_start_fwmark: scalar(integer({ min: 1, max: 4_294_967_295 }), {
    doc: 'First firewall mark that is given out.',
    example: '2000',
    fallback: 1000,
    ...unmarked,
  }),
};
