/** Reloading, and the files that the daemon reads and writes besides its configuration. */
import { flag, scalar } from '../../../config/schema.ts';
import { integer } from '../../../config/schema-number.ts';
import { optionalText, text } from '../../../config/schema-word.ts';
import { includeChecks } from '../../values/include-checks.ts';

const path = (doc: string, example: string, otherwise?: string, facts: object = {}) =>
  scalar(text('a path', '<PATH>'), {
    bare: 'ignored',
    doc,
    example,
    ...(otherwise === undefined ? {} : { otherwise }),
    ...facts,
  });

const neverWritten = {
  effect: 'none',
  reason: 'no expanded copy is written anywhere, the processes are given what was read',
} as const;

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
    doc: 'A file that is told what is wrong with a configuration that a reload refuses. It is checked before it is used in any case.',
    example: '/var/log/reload.log',
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
  config_save_dir: path(
    'A directory in which each configuration that is loaded is kept, with the dump of data from before and after.',
    '/var/lib/configs',
  ),
  tmp_config_directory: path(
    'Where the expanded configuration is kept.',
    '/var/tmp',
    'in memory',
    neverWritten,
  ),
  json_version: scalar(integer({ min: 1, max: 2 }), {
    doc: 'Layout of the JSON dump.',
    example: '2',
    fallback: 1,
  }),
  iproute_usr_dir: path(
    'Where the vendor keeps names of routing tables.',
    '/usr/share/iproute2',
    '/usr/lib/iproute2 and /usr/share/iproute2',
  ),
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
  stats_dump_file: path(
    'Where the dump of statistics is written.',
    '/tmp/statistics',
    'keepalived.stats in TMPDIR or /tmp',
  ),
  json_dump_file: path(
    'Where the JSON dump is written.',
    '/tmp/states.json',
    'keepalived.json in TMPDIR or /tmp',
  ),
};
