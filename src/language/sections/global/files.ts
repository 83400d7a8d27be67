/** Reloading, and the files that the daemon reads and writes besides its configuration. */
import { flag, scalar } from '../../../config/schema.ts';
import { integer } from '../../../config/schema-number.ts';
import { optionalText, text } from '../../../config/schema-word.ts';
import { includeChecks } from '../../values/include-checks.ts';

const idle = { effect: 'none' } as const;
const path = (doc: string, example: string, otherwise?: string) =>
  scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc,
    example,
    ...(otherwise === undefined ? {} : { otherwise }),
    ...idle,
  });

export const files = {
  random_seed: scalar(integer({ min: 0, max: 4_294_967_295 }), {
    doc: 'Seed of the random numbers that definitions may use.',
    example: '42',
    otherwise: 'random',
  }),
  include_check: scalar(includeChecks, {
    doc: 'How strictly missing include files are judged.',
    example: 'read +match',
  }),
  reload_check_config: scalar(optionalText('<LOGFILE>'), {
    doc: 'Checks a new configuration before a reload uses it; so always here.',
    example: '/var/log/reload.log',
    ...idle,
  }),
  reload_time_file: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'A file that holds when to reload.',
    example: '/etc/keepalived/reload-at',
  }),
  reload_repeat: flag({ doc: 'Repeats the timed reload every day.' }),
  reload_file: scalar(optionalText('<PATH>'), {
    doc: 'A file that is there while a reload reads the configuration.',
    example: '/run/reloading',
  }),
  config_save_dir: path('Where each configuration that was loaded is kept.', '/var/lib/configs'),
  tmp_config_directory: path('Where the expanded configuration is kept.', '/var/tmp', 'in memory'),
  json_version: scalar(integer({ min: 1, max: 2 }), {
    doc: 'Layout of the JSON dump.',
    example: '2',
    fallback: 1,
  }),
  iproute_usr_dir: path('Where the vendor keeps names of routing tables.', '/usr/share/iproute2'),
  iproute_etc_dir: path(
    'Where the administrator keeps names of routing tables.',
    '/etc/iproute2',
    '/etc/iproute2',
  ),
  state_dump_file: scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc: 'Where the dump of data is written.',
    example: '/tmp/states',
    otherwise: 'keepalived.data in TMPDIR or /tmp',
  }),
  stats_dump_file: path('Where the dump of statistics is written.', '/tmp/statistics'),
  json_dump_file: path('Where the JSON dump is written.', '/tmp/states.json'),
};
