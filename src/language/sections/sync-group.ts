/** Instances that change state together. */
import { flag, labelled, lines } from '../../config/schema.ts';
import { text } from '../../config/schema-word.ts';
import { notify } from './notify.ts';
import { tracking } from './tracking.ts';

export const syncGroup = labelled('name', text('the name of the group', '<NAME>'), {
  group: lines(text('the name of an instance', '<INST>'), {
    doc: 'The instances of the group; one that goes to backup or fault takes the others along.',
    example: '{\n    VI_1\n    VI_2\n}',
    each: 'word',
    repeat: 'first',
  }),
  ...tracking,
  ...notify,
  sync_group_tracking_weight: flag({
    doc: 'Lets the members keep their weighted trackers and so differing priorities.',
    aliases: {
      global_tracking: { deprecated: 'write sync_group_tracking_weight' },
    },
  }),
});
