/** Who this node is, and the mail it sends. */
import { flag, lines, scalar } from '../../../config/schema.ts';
import { inSeconds, secondsValue } from '../../../config/schema-number.ts';
import { boolean, choice, text } from '../../../config/schema-word.ts';
import { hostAndPort } from '../../values/host-and-port.ts';

const alert = (doc: string, otherwise: string) =>
  scalar(boolean, { doc, example: 'true', otherwise });

export const mail = {
  router_id: scalar(text('a name for this node', '<STRING>'), {
    bare: 'ignored',
    doc: 'Names this node in mail and in management.',
    example: 'web_a',
    otherwise: 'the host name',
  }),
  notification_email: lines(text('a mail address', '<ADDR>'), {
    doc: 'Who gets the mail.',
    example: '{\n    ops@example.org\n}',
    each: 'word',
  }),
  notification_email_from: scalar(text('a mail address', '<ADDR>'), {
    bare: 'ignored',
    doc: 'Who the mail comes from.',
    example: 'web-a@example.org',
    otherwise: 'user and host of the daemon',
  }),
  smtp_server: scalar(hostAndPort, { doc: 'The mail relay.', example: '192.0.2.25 25' }),
  smtp_helo_name: scalar(text('a host name', '<STRING>'), {
    bare: 'ignored',
    doc: 'How this node introduces itself to the relay.',
    example: 'web-a.example.org',
    otherwise: 'the host name',
  }),
  smtp_connect_timeout: scalar(secondsValue(0, 4294), {
    doc: 'How long the relay may take to answer.',
    example: '30',
    fallback: inSeconds(30),
  }),
  smtp_tls: scalar(choice(['off', 'opportunistic', 'required', 'implicit']), {
    doc: 'Whether the relay is spoken to in the clear, with STARTTLS if it can or always, or over TLS from the start.',
    example: 'required',
    fallback: 'off',
    extension: true,
  }),
  smtp_user: scalar(text('a user'), {
    doc: 'Who logs in to the relay.',
    example: 'web-a',
    extension: true,
  }),
  smtp_password: scalar(text('a password'), {
    doc: 'The password to log in with.',
    example: 'secret',
    extension: true,
  }),
  smtp_alert: alert('Default of all mail.', 'on for real servers, off for everything else'),
  smtp_alert_vrrp: alert('Default of mail on changes of instances and groups.', 'smtp_alert'),
  smtp_alert_checker: alert('Default of mail on changes of services and servers.', 'smtp_alert'),
  no_email_faults: flag({ doc: 'Sends no mail when an instance goes to fault.' }),
  no_checker_emails: scalar(boolean, {
    doc: 'Sends mail only when a server changes, not for every result of a check.',
    example: 'true',
    fallback: false,
  }),
  checker_log_all_failures: scalar(boolean, {
    doc: 'Default of log_all_failures.',
    example: 'true',
    fallback: false,
  }),
};
