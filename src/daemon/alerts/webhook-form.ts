/** What a webhook posts: our own JSON, or what a chat or paging service understands. */
import type { Instant, WallTime } from '../../base/units.ts';
import type { WebhookModel } from '../../engine/translation/alerts-model.ts';
import { type Alert, subjectOf } from './alert.ts';
import type { Sender } from './letter.ts';

export interface Post {
  /** Appended to the url; begins with a slash, or is empty. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Body = Readonly<Record<string, unknown>>;

/** `sequence` counts the posts of this webhook, so that a reader sees gaps and repeats. */
export function postOf(
  { form, secret }: Pick<WebhookModel, 'form' | 'secret'>,
  alert: Alert,
  sender: Sender,
  sequence: number,
): Post {
  const key = secret ?? '';
  const headers = form === 'opsgenie' ? { authorization: `GenieKey ${key}` } : {};
  const isOver = form === 'opsgenie' && !alert.bad;
  const path = isOver
    ? `/${encodeURIComponent(aliasOf(alert, sender.node))}/close?identifierType=alias`
    : '';
  const body = isOver ? { source: sender.node } : bodyOf(form, alert, sender, { key, sequence });
  return { path, headers, body: JSON.stringify(body) };
}

interface Extra {
  readonly key: string;
  readonly sequence: number;
}

function bodyOf(form: WebhookModel['form'], alert: Alert, sender: Sender, extra: Extra): Body {
  const text = textOf(alert, sender.node);
  switch (form) {
    case 'json':
      return ownBody(alert, sender, extra.sequence);
    case 'slack':
      return { text };
    case 'discord':
      return { content: text, allowed_mentions: { parse: [] } };
    case 'teams':
      return teamsBody(text);
    case 'pagerduty':
      return pagerDutyBody(alert, sender, extra.key);
    case 'opsgenie':
      return {
        message: `[${sender.node}] ${alert.headline}`.slice(0, 130),
        alias: aliasOf(alert, sender.node),
        description: text,
        source: sender.node,
      };
  }
}

function ownBody(alert: Alert, { node, wallAt }: Sender, sequence: number): Body {
  const { kind, name, service, state, bad, headline, sentence, reason, at } = alert;
  const time = iso(wallAt, at);
  return { sequence, time, node, kind, name, service, state, bad, headline, sentence, reason };
}

function teamsBody(text: string): Body {
  const block = { type: 'TextBlock', text, wrap: true };
  const content = { type: 'AdaptiveCard', version: '1.4', body: [block] };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, content }] };
}

/** Version 2 of its events: what is bad opens an incident, the next good state of the same subject closes it. */
function pagerDutyBody(alert: Alert, { node, wallAt }: Sender, key: string): Body {
  const shared = { routing_key: key, dedup_key: aliasOf(alert, node) };
  if (!alert.bad) return { ...shared, event_action: 'resolve' };
  const summary = `[${node}] ${alert.headline}`.slice(0, 1_024);
  const timestamp = iso(wallAt, alert.at);
  const details = { sentence: alert.sentence, reason: alert.reason };
  const payload = { summary, source: node, severity: 'error', timestamp, custom_details: details };
  return { ...shared, event_action: 'trigger', payload };
}

function aliasOf(alert: Alert, node: string): string {
  return `${node} ${subjectOf(alert)}`;
}

function textOf({ headline, sentence, reason }: Alert, node: string): string {
  const because = reason === undefined ? '' : ` Why: ${reason}.`;
  return `[${node}] ${headline}. ${sentence}.${because}`;
}

function iso(wallAt: (at: Instant) => WallTime, at: Instant): string {
  return new Date(wallAt(at) / 1_000).toISOString();
}
