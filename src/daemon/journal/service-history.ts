/** What has been told of each service and each server lately: what `explain` tells of them. Bounded. */

import type { WallTime } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import type { Remark } from './history.ts';

const remarksMost = 20;
/** Of tens of thousands of servers few have a story; the longest silent are forgotten first. */
const subjectsMost = 4_096;

export class ServiceHistory {
  /** By `service`, and `service > server`; in the order of their last remarks. */
  readonly #stories = new Map<string, readonly Remark[]>();

  record(report: BalancerReport, texts: readonly string[], wall: WallTime): void {
    const subject = subjectOf(report);
    if (subject === undefined) return;
    const fresh = texts.map((text) => ({ at: report.at, wall, text }));
    const story = [...(this.#stories.get(subject) ?? []), ...fresh].slice(-remarksMost);
    this.#stories.delete(subject);
    this.#stories.set(subject, story);
    if (this.#stories.size <= subjectsMost) return;
    const [oldest] = this.#stories.keys();
    if (oldest !== undefined) this.#stories.delete(oldest);
  }

  /** Oldest first; `server` undefined asks for the service itself. */
  of(service: string, server: string | undefined): readonly Remark[] {
    return this.#stories.get(nameOf(service, server)) ?? [];
  }
}

function subjectOf(report: BalancerReport): string | undefined {
  if (!('service' in report)) return undefined;
  return nameOf(report.service, 'server' in report ? report.server : undefined);
}

function nameOf(service: string, server: string | undefined): string {
  return server === undefined ? service : `${service} > ${server}`;
}
