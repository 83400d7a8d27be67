/** Commands run on changes of state, the same in instances and in groups. */
import { scalar } from '../../config/schema.ts';
import { boolean, optional } from '../../config/schema-word.ts';
import { scriptCommand } from '../values/script-command.ts';

const script = (doc: string, example: string) =>
  scalar(scriptCommand, { doc, example, reload: 'adjust' });

export const notify = {
  notify_master: script('Run on becoming master.', '"/etc/keepalived/notify.sh master"'),
  notify_backup: script('Run on becoming backup.', '/etc/keepalived/backup.sh'),
  notify_fault: script('Run on entering the fault state.', '/etc/keepalived/fault.sh nobody'),
  notify_stop: script('Run when the daemon stops.', '/etc/keepalived/stop.sh'),
  notify: script(
    'Run on every change of state, with four arguments: INSTANCE or GROUP, name, state, priority.',
    '/etc/keepalived/notify.sh',
  ),
  smtp_alert: scalar(boolean, {
    doc: 'Sends mail on changes of state.',
    example: 'true',
    otherwise: 'smtp_alert_vrrp',
  }),
  notify_priority_changes: scalar(boolean, {
    doc: 'Writes changes of priority to the notification pipes.',
    example: 'true',
    otherwise: 'vrrp_notify_priority_changes',
  }),
};

export const instanceNotify = {
  ...notify,
  notify_deleted: scalar(optional(scriptCommand, 'only-tell'), {
    doc: 'Run when a reload removes the instance; without it the removal is told as a fault.',
    example: '/etc/keepalived/deleted.sh',
  }),
  notify_master_rx_lower_pri: script(
    'Run when a master hears an advertisement of lower priority.',
    '/etc/keepalived/lower.sh',
  ),
};
