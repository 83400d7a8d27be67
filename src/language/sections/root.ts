/** The top level of a configuration. */
import { always, block, many } from '../../config/schema.ts';
import { globalDefs } from './global.ts';
import { vrrpInstance } from './instance.ts';
import { trackScript } from './script.ts';
import { syncGroup } from './sync-group.ts';

export const root = block({
  global_defs: always(globalDefs, {
    doc: 'Settings of the whole daemon, and defaults.',
    example: '',
  }),
  vrrp_sync_group: many(syncGroup, {
    doc: 'Instances that change state together.',
    example: 'VG_1',
    duplicate: 'refuse',
  }),
  vrrp_instance: many(vrrpInstance, {
    doc: 'A virtual router.',
    example: 'VI_1',
    duplicate: 'refuse',
  }),
  vrrp_script: many(trackScript, {
    doc: 'A script that is run again and again, to be tracked.',
    example: 'check_web',
    duplicate: 'refuse',
  }),
});
