/** Tells the world of changes: by mail and by webhook, never in anybody's way. */
import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Instant, WallTime } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import type {
  AlertsModel,
  MailModel,
  WebhookModel,
} from '../../engine/translation/alerts-model.ts';
import type { Counterpart } from '../counterpart.ts';
import type { Loudness } from '../journal/severity.ts';
import { type Alert, type AlertState, alertOf, balancerAlertOf, subjectOf } from './alert.ts';
import { Courier } from './courier.ts';
import { letterSize } from './letter.ts';
import { mailPlace, sendMail } from './mailer.ts';
import { sendPost, webhookPlace } from './poster.ts';
import { postOf } from './webhook-form.ts';

export interface AlertsOptions {
  now(): Instant;
  wallAt(at: Instant): WallTime;
  say(loudness: Loudness, text: string): void;
}

export interface AlertsPlan extends AlertsModel {
  /** `router_id`; undefined takes the host's name. */
  readonly node: string | undefined;
}

/** How long the end of the daemon waits for what is still to be told, in milliseconds. */
const lastChance = 1_000;

interface Desk<Terms> {
  readonly terms: Terms;
  readonly courier: Courier;
}

export class Alerts {
  readonly #options: AlertsOptions;
  #node = hostname();
  #mail: Desk<MailModel> | undefined;
  #hooks: readonly Desk<WebhookModel>[] = [];
  #mailed: { readonly instance: ReadonlySet<string>; readonly group: ReadonlySet<string> } = {
    instance: new Set(),
    group: new Set(),
  };
  /** The last state told of each subject: a repeat is no news. */
  readonly #told = new Map<string, AlertState>();

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  /** What waits for a place that stays as it was is kept. */
  configure({ mail, webhooks, node }: AlertsPlan): void {
    this.#node = node ?? hostname();
    this.#mailed = { instance: new Set(mail?.instances), group: new Set(mail?.groups) };
    if (!isDeepStrictEqual(mail, this.#mail?.terms)) {
      void this.#mail?.courier.close(lastChance);
      this.#mail = mail === undefined ? undefined : this.#mailDesk(mail);
    }
    const before = this.#hooks;
    this.#hooks = webhooks.map(
      (terms) =>
        before.find((desk) => isDeepStrictEqual(desk.terms, terms)) ?? this.#hookDesk(terms),
    );
    const gone = before.filter((desk) => !this.#hooks.includes(desk));
    for (const { courier } of gone) void courier.close(lastChance);
  }

  tell(report: Report): void {
    if (this.#mail === undefined && this.#hooks.length === 0) return;
    const alert = alertOf(report);
    if (alert === undefined || !this.#isNews(alert)) return;
    if (this.#isMailed(alert)) this.#mail?.courier.carry(alert);
    for (const { terms, courier } of this.#hooks) if (terms.vrrp) courier.carry(alert);
  }

  tellOfServices(report: BalancerReport): void {
    if (this.#mail === undefined && this.#hooks.length === 0) return;
    const alert = balancerAlertOf(report);
    if (alert === undefined || !this.#isNews(alert)) return;
    if ('mail' in report && report.mail) this.#mail?.courier.carry(alert);
    for (const { terms, courier } of this.#hooks) if (terms.lvs) courier.carry(alert);
  }

  counterparts(): readonly Counterpart[] {
    return this.#desks().map(({ courier }) => courier.counterpart);
  }

  async close(): Promise<void> {
    await Promise.all(this.#desks().map(({ courier }) => courier.close(lastChance)));
  }

  #desks(): readonly Desk<unknown>[] {
    return [...(this.#mail === undefined ? [] : [this.#mail]), ...this.#hooks];
  }

  #isNews(alert: Alert): boolean {
    const subject = subjectOf(alert);
    if (this.#told.get(subject) === alert.state) return false;
    if (alert.state === 'DELETED') this.#told.delete(subject);
    else this.#told.set(subject, alert.state);
    return true;
  }

  #isMailed({ kind, name, state }: Alert): boolean {
    if (kind !== 'instance' && kind !== 'group') return false;
    if (state === 'FAULT' && this.#mail?.terms.faults === false) return false;
    // What a reload has removed is no longer in its lists.
    return this.#mailed[kind].has(name);
  }

  #sender() {
    return { node: this.#node, wallAt: this.#options.wallAt };
  }

  #mailDesk(terms: MailModel): Desk<MailModel> {
    const courier = new Courier({
      place: mailPlace(terms),
      batch: letterSize,
      deliver: (alerts) => sendMail(terms, this.#sender(), alerts),
      now: this.#options.now,
      say: this.#options.say,
    });
    return { terms, courier };
  }

  #hookDesk(terms: WebhookModel): Desk<WebhookModel> {
    let sequence = 0;
    let latest: Alert | undefined;
    const courier = new Courier({
      place: webhookPlace(terms),
      batch: () => 1,
      async deliver([alert]) {
        if (alert === undefined) return { kind: 'taken' };
        // A repeat of the same post keeps its number.
        if (alert !== latest) sequence += 1;
        latest = alert;
        return sendPost(terms, postOf(terms, alert, sender(), sequence), Date.now());
      },
      now: this.#options.now,
      say: this.#options.say,
    });
    const sender = () => this.#sender();
    return { terms, courier };
  }
}
