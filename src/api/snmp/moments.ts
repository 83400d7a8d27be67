/** What the daemon shows of a moment, kept for the many questions of a walk. */
import { hostname } from 'node:os';
import type { Control, Inspectable } from '../../daemon/control.ts';
import type { SnmpModel } from '../../engine/translation/snmp-model.ts';
import type { ServicesNow } from './balancing.ts';
import { readLinks } from './links.ts';
import { type SnmpPicture, snmpPictureOf } from './picture.ts';
import { partsOf } from './subtrees.ts';
import { ObjectTree } from './tables.ts';
import type { TrafficPair } from './traffic.ts';

export interface Moment {
  readonly picture: SnmpPicture | undefined;
  readonly tree: ObjectTree;
}

/** What was found is good for so many milliseconds, unless something is told to have changed. */
const freshFor = 500;

export class Moments {
  readonly #daemon: Inspectable & Pick<Control, 'services'>;
  #latest: { readonly moment: Promise<Moment>; readonly readAt: number } | undefined;
  #services: ServicesNow | undefined;
  #traffic: TrafficPair = { latest: undefined, before: undefined };
  /** Microseconds. */
  #trafficAt = 0;
  /** The last one there was. */
  picture: SnmpPicture | undefined;

  constructor(daemon: Inspectable & Pick<Control, 'services'>) {
    this.#daemon = daemon;
  }

  forget(): void {
    this.#latest = undefined;
  }

  now(terms: SnmpModel): Promise<Moment> {
    const now = performance.now();
    if (this.#latest === undefined || now - this.#latest.readAt > freshFor) {
      this.#latest = { moment: this.#read(terms), readAt: now };
    }
    return this.#latest.moment;
  }

  async #read(terms: SnmpModel): Promise<Moment> {
    const [inspection, services] = await Promise.all([
      this.#daemon.inspect(),
      terms.checker ? this.#readServices(terms) : undefined,
    ]);
    const picture = snmpPictureOf(inspection, {
      ...{ links: readLinks(), hostname: hostname() },
      ...{ services, traffic: this.#traffic },
    });
    if (picture === undefined) return { picture, tree: new ObjectTree([]) };
    this.picture = picture;
    return { picture, tree: new ObjectTree(partsOf(picture)) };
  }

  /** Counters of services and servers are read together, no more often than the shorter of their ages. */
  async #readServices({ serviceAge, serverAge }: SnmpModel): Promise<ServicesNow | undefined> {
    const { latest } = this.#traffic;
    const now = performance.now() * 1_000;
    const isOld = now - this.#trafficAt >= Math.min(serviceAge, serverAge);
    const withTraffic = latest === undefined || isOld;
    const answer = await this.#daemon.services(withTraffic);
    if (answer.kind !== 'services') return undefined;
    // While the process ends or another begins, what was known last holds.
    if (answer.snapshot === undefined) return this.#services;
    this.#services = answer;
    if (withTraffic) {
      this.#trafficAt = now;
      this.#traffic = { before: latest, latest: { at: answer.now, services: answer.traffic } };
    }
    return answer;
  }
}
