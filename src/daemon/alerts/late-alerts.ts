/** Alerts for daemons that may want none: what makes and sends them is loaded with the first configuration that names a place. */
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Report } from '../../engine/report.ts';
import type { Counterpart } from '../counterpart.ts';
import type { Alerts, AlertsOptions, AlertsPlan } from './alerts.ts';

export class LateAlerts {
  readonly #options: AlertsOptions;
  #alerts: Alerts | undefined;
  #loading: Promise<void> | undefined;
  /** What is to be done as soon as it is loaded. */
  #waiting: ((alerts: Alerts) => void)[] = [];

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  configure(plan: AlertsPlan): void {
    const isWanted = plan.mail !== undefined || plan.webhooks.length > 0;
    if (isWanted) this.#loading ??= this.#load();
    this.#do((alerts) => alerts.configure(plan));
  }

  tell(report: Report): void {
    this.#do((alerts) => alerts.tell(report));
  }

  tellOfServices(report: BalancerReport): void {
    this.#do((alerts) => alerts.tellOfServices(report));
  }

  counterparts(): readonly Counterpart[] {
    return this.#alerts?.counterparts() ?? [];
  }

  async close(): Promise<void> {
    await this.#loading;
    await this.#alerts?.close();
  }

  #do(act: (alerts: Alerts) => void): void {
    if (this.#alerts !== undefined) act(this.#alerts);
    else if (this.#loading !== undefined) this.#waiting.push(act);
  }

  async #load(): Promise<void> {
    const module = await import('./alerts.ts');
    const alerts = new module.Alerts(this.#options);
    this.#alerts = alerts;
    for (const act of this.#waiting) act(alerts);
    this.#waiting = [];
  }
}
