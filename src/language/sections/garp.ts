/** Gratuitous ARP and unsolicited neighbour advertisements, per instance. */
import { scalar } from '../../config/schema.ts';
import { integer, secondsValue } from '../../config/schema-number.ts';
import { extraInterfaces } from '../values/extra-interfaces.ts';

const delay = secondsValue(0, 4294);
const repeat = integer({ min: 1, max: 2_147_483_647, outside: 'clamp' });
const repeatOrNone = integer({ min: 0, max: 2_147_483_647 });

export const instanceGarp = {
  garp_master_delay: scalar(delay, {
    doc: 'Time from becoming master to the second batch of announcements; 0 sends none.',
    example: '10',
    otherwise: 'vrrp_garp_master_delay',
  }),
  garp_master_repeat: scalar(repeat, {
    doc: 'Announcements of each address in one batch.',
    example: '1',
    otherwise: 'vrrp_garp_master_repeat',
  }),
  garp_master_refresh: scalar(delay, {
    doc: 'Time between announcements while master; 0 means never.',
    example: '60',
    otherwise: 'vrrp_garp_master_refresh',
  }),
  garp_master_refresh_repeat: scalar(repeat, {
    doc: 'Announcements of each address when refreshing.',
    example: '2',
    otherwise: 'vrrp_garp_master_refresh_repeat',
  }),
  garp_lower_prio_delay: scalar(delay, {
    doc: 'Time to the second batch after an advertisement of lower priority was heard.',
    example: '10',
    otherwise: 'vrrp_garp_lower_prio_delay',
  }),
  garp_lower_prio_repeat: scalar(repeatOrNone, {
    doc: 'Announcements of each address after an advertisement of lower priority was heard.',
    example: '1',
    otherwise: 'vrrp_garp_lower_prio_repeat',
  }),
  garp_extra_if: scalar(extraInterfaces(0), {
    bare: 'ignored',
    doc: 'Announces periodically on the further interfaces that carry addresses; 0 means never.',
    example: 'all 30',
    otherwise: 'vrrp_garp_extra_if',
    aliases: { vmac_garp_intvl: { deprecated: 'write garp_extra_if' } },
  }),
};

export const globalGarp = {
  vrrp_garp_master_delay: scalar(delay, {
    doc: 'Default of garp_master_delay.',
    example: '10',
    otherwise: '5 seconds',
  }),
  vrrp_garp_master_repeat: scalar(repeat, {
    doc: 'Default of garp_master_repeat.',
    example: '1',
    otherwise: '5',
  }),
  vrrp_garp_master_refresh: scalar(delay, {
    doc: 'Default of garp_master_refresh.',
    example: '60',
    otherwise: '0, never',
  }),
  vrrp_garp_master_refresh_repeat: scalar(repeat, {
    doc: 'Default of garp_master_refresh_repeat.',
    example: '2',
    otherwise: '1',
  }),
  vrrp_garp_lower_prio_delay: scalar(delay, {
    doc: 'Default of garp_lower_prio_delay.',
    example: '10',
    otherwise: 'vrrp_garp_master_delay',
  }),
  vrrp_garp_lower_prio_repeat: scalar(repeatOrNone, {
    doc: 'Default of garp_lower_prio_repeat.',
    example: '1',
    otherwise: 'vrrp_garp_master_repeat; 0 in strict mode',
  }),
  vrrp_garp_extra_if: scalar(extraInterfaces(1), {
    bare: 'ignored',
    doc: 'Default of garp_extra_if.',
    example: 'all 30',
    aliases: { vrrp_vmac_garp_intvl: { deprecated: 'write vrrp_garp_extra_if' } },
  }),
};
