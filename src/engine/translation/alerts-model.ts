/** Who is told of changes by mail and by webhook, and of which. */
import type { Duration } from '../../base/units.ts';
import type { Model, Webhook } from '../../language/model.ts';

export interface AlertsModel {
  /** undefined sends no mail. */
  readonly mail: MailModel | undefined;
  readonly webhooks: readonly WebhookModel[];
}

export interface MailModel {
  readonly host: string;
  readonly port: number;
  /** `smtp_tls`: keepalived speaks in the clear. */
  readonly tls: 'off' | 'opportunistic' | 'required' | 'implicit';
  /** `smtp_user` and `smtp_password`. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
  /** For a connection, and for each answer. */
  readonly timeout: Duration;
  /** undefined takes the host's name. */
  readonly helo: string | undefined;
  /** undefined takes the user and host of the daemon. */
  readonly from: string | undefined;
  /** At least one. */
  readonly to: readonly string[];
  readonly instances: readonly string[];
  readonly groups: readonly string[];
  /** `no_email_faults` says not. */
  readonly faults: boolean;
}

export type WebhookForm = 'json' | 'slack' | 'discord' | 'teams' | 'pagerduty' | 'opsgenie';

export interface WebhookModel {
  readonly name: string;
  readonly url: string;
  readonly form: WebhookForm;
  /** Signs the body (HMAC-SHA256), or is the key of the paging service. */
  readonly secret: string | undefined;
  readonly timeout: Duration;
  readonly vrrp: boolean;
  readonly lvs: boolean;
}

const smtpPort = 25;
const submissionsPort = 465;

export function alertsModel(model: Model): AlertsModel {
  return { mail: mailModel(model), webhooks: model.webhook.flatMap(webhookModel) };
}

/** As keepalived: without a relay or without recipients nobody gets mail. */
function mailModel({
  global_defs: global,
  vrrp_instance: instances,
  vrrp_sync_group: groups,
}: Model): MailModel | undefined {
  const { smtp_server: server, notification_email: to, smtp_tls: tls } = global;
  if (server === undefined || to.length === 0) return undefined;
  const byDefault = global.smtp_alert_vrrp ?? global.smtp_alert ?? false;
  const mailed = (
    nodes: readonly { readonly name: string; readonly smtp_alert?: boolean | undefined }[],
  ) => nodes.filter(({ smtp_alert: own }) => own ?? byDefault).map(({ name }) => name);
  const { smtp_user: user, smtp_password: password } = global;
  return {
    host: server.host,
    port: server.port ?? (tls === 'implicit' ? submissionsPort : smtpPort),
    tls,
    login: user === undefined ? undefined : { user, password: password ?? '' },
    timeout: global.smtp_connect_timeout,
    helo: global.smtp_helo_name,
    from: global.notification_email_from,
    to,
    instances: mailed(instances),
    groups: mailed(groups),
    faults: !global.no_email_faults,
  };
}

function webhookModel(hook: Webhook): readonly WebhookModel[] {
  const { name, url, form, secret, timeout, events } = hook;
  if (url === undefined) return [];
  const tells = (kind: 'vrrp' | 'lvs') => events === 'all' || events === kind;
  return [{ name, url, form, secret, timeout, vrrp: tells('vrrp'), lvs: tells('lvs') }];
}
