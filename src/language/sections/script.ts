/** A script that is run again and again, for instances and groups to track. */

import { flag, labelled, scalar } from '../../config/schema.ts';
import { inSeconds, integer, secondsValue } from '../../config/schema-number.ts';
import { text } from '../../config/schema-word.ts';
import { plainCommand } from '../values/script-command.ts';
import { weight } from '../values/track-line.ts';
import { userAndGroup } from '../values/user.ts';

const count = integer({ min: 1, max: 2_147_483_647 });

export const trackScript = labelled('name', text('the name of the script', '<NAME>'), {
  script: scalar(plainCommand, {
    bare: 'ignored',
    doc: 'The command; exit status 0 means up.',
    example: '"/usr/bin/pgrep haproxy"',
  }),
  interval: scalar(secondsValue(0.001, 4294.967), {
    doc: 'Time from one run to the next.',
    example: '2',
    fallback: inSeconds(1),
  }),
  timeout: scalar(secondsValue(0.001, 4294.967), {
    doc: 'A run that takes longer has failed and is ended.',
    example: '1.5',
    otherwise: 'the interval',
  }),
  weight: scalar(weight(253), {
    doc: 'Added to the priority while up (positive) or while down (negative); 0 makes down a fault.',
    example: '-20',
    fallback: { weight: 0, reverse: false },
  }),
  rise: scalar(count, { doc: 'Successes in a row that make it up.', example: '2', fallback: 1 }),
  fall: scalar(count, { doc: 'Failures in a row that make it down.', example: '3', fallback: 1 }),
  user: scalar(userAndGroup, {
    doc: 'The user, and optionally the group, that the command runs as.',
    example: 'nobody',
    otherwise: 'script_user',
  }),
  init_fail: flag({ doc: 'Takes the script for failed until its first success.' }),
});
