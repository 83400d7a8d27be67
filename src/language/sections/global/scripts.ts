/** Who runs scripts, and the pipes and programs that are told about changes. */
import { flag, scalar } from '../../../config/schema.ts';
import { inSeconds, secondsValue } from '../../../config/schema-number.ts';
import { boolean } from '../../../config/schema-word.ts';
import { fifo } from '../../values/fifo.ts';
import { scriptCommand } from '../../values/script-command.ts';
import { userAndGroup } from '../../values/user.ts';

const pipe = (doc: string, example: string) => scalar(fifo, { bare: 'ignored', doc, example });
const reader = (doc: string, example: string) =>
  scalar(scriptCommand, { bare: 'ignored', doc, example, repeat: 'first' });

export const scripts = {
  script_user: scalar(userAndGroup, {
    bare: 'ignored',
    doc: 'User, and optionally group, that scripts run as.',
    example: 'keepalived_script',
    otherwise: 'keepalived_script where that user exists, else root',
  }),
  enable_script_security: flag({
    doc: 'Refuses scripts run as root that somebody else could change.',
  }),
  use_symlink_paths: scalar(boolean, {
    doc: 'Runs scripts under the paths that are written; otherwise symbolic links in them are resolved when the configuration is read.',
    example: 'true',
    fallback: false,
  }),
  set_supplementary_groups: scalar(boolean, {
    doc: 'Gives scripts the supplementary groups of their user.',
    example: 'true',
    fallback: false,
  }),
  startup_script: scalar(scriptCommand, {
    bare: 'ignored',
    doc: 'Run before anything else is started.',
    example: '/etc/keepalived/startup.sh',
  }),
  startup_script_timeout: scalar(secondsValue(1, 1000), {
    bare: 'ignored',
    doc: 'How long the start-up script may take.',
    example: '20',
    fallback: inSeconds(10),
  }),
  shutdown_script: scalar(scriptCommand, {
    bare: 'ignored',
    doc: 'Run after everything else has stopped.',
    example: '/etc/keepalived/shutdown.sh',
  }),
  shutdown_script_timeout: scalar(secondsValue(1, 1000), {
    bare: 'ignored',
    doc: 'How long the shutdown script may take.',
    example: '20',
    fallback: inSeconds(10),
  }),
  notify_fifo: pipe('Named pipe that is told all changes.', '/run/holdfast.fifo'),
  notify_fifo_script: reader('Program that reads notify_fifo.', '/etc/keepalived/reader.sh'),
  vrrp_notify_fifo: pipe('Named pipe that is told changes of VRRP.', '/run/vrrp.fifo'),
  vrrp_notify_fifo_script: reader(
    'Program that reads vrrp_notify_fifo.',
    '/etc/keepalived/reader.sh',
  ),
  lvs_notify_fifo: pipe(
    'Named pipe that is told changes of services and servers.',
    '/run/lvs.fifo',
  ),
  lvs_notify_fifo_script: reader(
    'Program that reads lvs_notify_fifo.',
    '/etc/keepalived/reader.sh',
  ),
  vrrp_notify_priority_changes: scalar(boolean, {
    doc: 'Default of notify_priority_changes.',
    example: 'true',
    fallback: false,
  }),
  fifo_write_vrrp_states_on_reload: flag({
    doc: 'Writes all states to the pipes after a reload.',
  }),
  rs_init_notifies: scalar(boolean, {
    doc: 'Runs notify_up for real servers that are up from the start.',
    example: 'true',
    fallback: false,
  }),
};
